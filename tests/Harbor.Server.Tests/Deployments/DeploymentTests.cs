using System.Net;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Deployments;

public abstract class DeploymentTests(TestServer server)
{
    private const string Path = "/api/harbor/deployments";
    private static readonly byte[] Context = Archives.Of(("Dockerfile", "FROM scratch"));

    [Fact]
    public async Task Creating_answers_200_with_a_build()
    {
        using var client = await server.ClientAsync();

        var answer = await client.PostAsync(Path, Archives.Create("first", Context).ToJsonString());

        Assert.Equal("pending", answer.Text("status"));
        Assert.Equal("first", answer.Text("deployment_name"));
        Assert.True(Guid.TryParse(answer["latest_build"]!.Text("id"), out _));
        Assert.Equal(Archives.Digest(Context), answer.Text("context_digest"));
        Assert.EndsWith("Z", answer.Text("created_at"), StringComparison.Ordinal);
        Assert.True(answer.AsObject().ContainsKey("snapshot_id"));
        Assert.Null(answer["snapshot_id"]);
    }

    [Fact]
    public async Task The_same_spec_again_is_the_same_deployment_and_another_is_a_conflict()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("same", Context);
        var first = await client.PostAsync(Path, body.ToJsonString());

        var again = await client.PostAsync(Path, body.ToJsonString());
        Assert.Equal(first.Text("id"), again.Text("id"));

        body["limits"]!["cpu_cores"] = 2;
        var other = await client.PostAsync(Path, body.ToJsonString(), HttpStatusCode.Conflict);
        Assert.Equal(first.Text("id"), other.Text("id"));
        Assert.Equal("name_taken", other.Text("code"));
    }

    [Fact]
    public async Task Two_creations_at_once_make_one_deployment()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("twins", Context).ToJsonString();

        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.PostAsync(Path, body)));

        Assert.Single(both.Select(answer => answer.Text("id")).Distinct());
    }

    [Fact]
    public async Task All_errors_of_a_spec_are_said_at_once()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("-bad name", Context);
        body["limits"]!["cpu_cores"] = 99;
        body["limits"]!["gpus"] = 1;
        body["entrypoint_mode"] = "carrier pigeon";
        body["env_vars"] = new JsonObject { ["MY_OPENAI_API_KEY"] = "x" };

        var answer = await client.PostAsync(Path, body.ToJsonString(), HttpStatusCode.UnprocessableEntity);

        string[] places = [.. answer["errors"]!.AsArray().Select(error => error!.Text("loc")).Order(StringComparer.Ordinal)];
        Assert.Equal(["entrypoint_mode", "env_vars.MY_OPENAI_API_KEY", "limits.cpu_cores", "limits.gpus", "name"], places);
        Assert.Contains("cpu_cores must be 1-8 (got 99)", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{\"name\":")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"name\":{}}")]
    [InlineData("{\"context_tar_base64\":\"AA")]
    [InlineData("{\"context_tar_base64\":\"AAAA\",\"context_tar_base64\":\"AAAA\"}")]
    public async Task A_malformed_body_is_400_with_a_sentence(string body)
    {
        using var client = await server.ClientAsync();

        var answer = await client.PostAsync(Path, body, HttpStatusCode.BadRequest);

        Assert.NotEmpty(answer.Text("detail"));
    }

    [Fact]
    public async Task A_context_goes_over_the_wire_once()
    {
        using var client = await server.ClientAsync();
        var digest = Archives.Digest(Context);
        using (var head = await client.SendAsync(HttpMethod.Head, $"/api/harbor/contexts/{digest}", null))
        {
            Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        }

        using var content = new ByteArrayContent(Context);
        using var put = await client.PutAsync($"/api/harbor/contexts/{digest}", content, TestContext.Current.CancellationToken);
        var stored = await Answers.ReadAsync(put, HttpStatusCode.OK);
        Assert.Equal(Context.Length, stored["size"]!.GetValue<long>());

        using var again = await client.SendAsync(HttpMethod.Head, $"/api/harbor/contexts/{digest}", null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var body = Archives.Create("by-digest", Context);
        body["context_tar_base64"] = null;
        body["context_digest"] = digest;
        await client.PostAsync(Path, body.ToJsonString());
    }

    [Fact]
    public async Task A_context_that_is_not_what_its_digest_says_is_refused()
    {
        using var client = await server.ClientAsync();
        using var content = new ByteArrayContent(Context);

        using var put = await client.PutAsync($"/api/harbor/contexts/sha256:{new string('0', 64)}", content,
            TestContext.Current.CancellationToken);

        var answer = await Answers.ReadAsync(put, HttpStatusCode.UnprocessableEntity);
        Assert.Contains(Archives.Digest(Context), answer.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_of_another_organisation_is_not_there()
    {
        using var mine = await server.ClientAsync();
        using var theirs = await server.ClientAsync();
        await mine.PostAsync(Path, Archives.Create("mine", Context).ToJsonString());

        using var head = await theirs.SendAsync(HttpMethod.Head, $"/api/harbor/contexts/{Archives.Digest(Context)}", null);

        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task Another_organisations_deployment_is_404_by_id_and_by_name()
    {
        using var mine = await server.ClientAsync();
        using var theirs = await server.ClientAsync();
        var id = (await mine.PostAsync(Path, Archives.Create("private", Context).ToJsonString())).Text("id");

        foreach (var path in new[] { id, "private", $"{id}/status", $"{id}/builds", $"{id}/instances", $"{id}/health", $"{id}/info" })
        {
            await theirs.GetAsync($"{Path}/{path}", HttpStatusCode.NotFound);
        }

        await theirs.PostAsync($"{Path}/{id}/build", "{}", HttpStatusCode.NotFound);
        Assert.Equal(0, (await theirs.GetJsonAsync(Path))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Values_of_variables_are_stored_encrypted_and_never_returned()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("secretive", Context);
        body["env_vars"] = new JsonObject { ["TOKEN"] = "sentinel-4711" };

        var id = (await client.PostAsync(Path, body.ToJsonString())).Text("id");
        var answer = await client.GetJsonAsync($"{Path}/{id}");

        Assert.Equal("TOKEN", answer["env_var_names"]![0]!.GetValue<string>());
        Assert.DoesNotContain("sentinel", answer.ToJsonString(), StringComparison.Ordinal);
        await using var db = await server.OpenAsync();
        var stored = db.Deployments.Single(row => row.Id == Guid.Parse(id)).EnvVars;
        Assert.DoesNotContain("sentinel", System.Text.Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(System.IO.Path.Combine(server.Folder, "secret.key")));
    }

    [Fact]
    public async Task A_patch_must_leave_a_spec_that_could_have_been_created()
    {
        using var client = await server.ClientAsync();
        var id = (await client.PostAsync(Path, Archives.Create("patched", Context).ToJsonString())).Text("id");

        using var bad = await client.SendAsync(HttpMethod.Patch, $"{Path}/{id}", """{"limits":{"timeout_s":1},"network":"full"}""");
        var refused = await Answers.ReadAsync(bad, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(2, refused["errors"]!.AsArray().Count);

        using var good = await client.SendAsync(HttpMethod.Patch, $"{Path}/{id}", """{"description":"new","network":"none"}""");
        var patched = await Answers.ReadAsync(good, HttpStatusCode.OK);
        Assert.Equal("new", patched.Text("description"));
        Assert.Equal(300, patched["limits"]!["timeout_s"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_deleted_deployment_is_gone_and_its_name_is_free()
    {
        using var client = await server.ClientAsync();
        var id = (await client.PostAsync(Path, Archives.Create("gone", Context).ToJsonString())).Text("id");

        using var deleted = await client.SendAsync(HttpMethod.Delete, $"{Path}/gone", null);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await client.GetAsync($"{Path}/{id}", HttpStatusCode.NotFound);
        var again = await client.PostAsync(Path, Archives.Create("gone", Context).ToJsonString());
        Assert.NotEqual(id, again.Text("id"));
    }

    [Fact]
    public async Task Lists_are_newest_first_with_total_and_next_offset()
    {
        using var client = await server.ClientAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await client.PostAsync(Path, Archives.Create(name, Context).ToJsonString());
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var page = await client.GetJsonAsync($"{Path}?limit=2");

        Assert.Equal(["c", "b"], page["deployments"]!.AsArray().Select(row => row!.Text("name")));
        Assert.Equal(3, page["total"]!.GetValue<int>());
        Assert.Equal(2, page["next_offset"]!.GetValue<int>());
        var last = await client.GetJsonAsync($"{Path}?limit=2&offset=2");
        Assert.Null(last["next_offset"]);
        Assert.Equal("b", (await client.GetJsonAsync($"{Path}?name=b"))["deployments"]![0]!.Text("name"));
        await client.GetAsync($"{Path}?limit=0", HttpStatusCode.UnprocessableEntity);
        await client.GetAsync($"{Path}?limit=501", HttpStatusCode.UnprocessableEntity);
        await client.GetAsync($"{Path}?offset=-1", HttpStatusCode.UnprocessableEntity);
        await client.GetAsync($"{Path}?status=sleeping", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_deployment_url_is_a_task_app_url()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("app", Context).ToJsonString());

        await client.GetAsync($"{Path}/app/health", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("app", (await client.GetJsonAsync($"{Path}/app/info"))["service"]!["task"]!.Text("name"));
        Assert.Equal("app", (await client.GetJsonAsync($"{Path}/app/task_info"))["taskset"]!.Text("task_id"));
        Assert.Equal(7, (await client.GetJsonAsync($"{Path}/app/task_info?seed=7"))["task_metadata"]!["seed"]!.GetValue<int>());
        Assert.Equal(2, (await client.GetJsonAsync($"{Path}/app/task_info?seed=7&seed=8")).AsArray().Count);
        await client.GetAsync($"{Path}/app/task_info?seed=x", HttpStatusCode.UnprocessableEntity);
    }
}

public sealed class DeploymentsOnSqlite(TestServers servers) : DeploymentTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class DeploymentsOnPostgreSql(TestServers servers) : DeploymentTests(servers.PostgreSql);
