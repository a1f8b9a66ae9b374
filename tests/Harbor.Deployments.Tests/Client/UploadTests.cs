using Harbor.Deployments.Tests.Packaging;
using Harbor.Deployments.Tests.Server;
using Harbor.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Deployments.Tests.Client;

public sealed class UploadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private ContractServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ContractServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private HarborDeploymentUploader Uploader => new(new HarborConnection(_server.Url, ContractServer.Key) { Time = _time });

    [Fact]
    public async Task The_server_gets_the_spec_the_Dockerfile_and_the_archive()
    {
        var spec = _folder.Context("a", "b/c") with { EnvVars = new Dictionary<string, string> { ["X"] = "@\"\\é" } };
        var result = await HarborDeployments.UploadHarborDeploymentAsync(spec, _server.Url + "/api/v1/", ContractServer.Key, wait: true);
        var created = Assert.Single(_server.Created);
        var digest = new HarborPackager(spec).GetPackageInfo().ContextDigest;

        Assert.Equal(("ready", "sha256:0", "test"), (result.Status, result.SnapshotId, result.Name));
        Assert.Equal((result.DeploymentId, true), (result.Id, result.BuildId is not null));
        Assert.Equal((digest, "FROM scratch\n"), (created.ContextDigest, created.Dockerfile));
        Assert.Equal("@\"\\é", created.EnvVars["X"]);
        Assert.Equal(PackedContexts.Unzipped(await spec.PackAsync()), _server.Contexts[digest]);
        Assert.Equal("test", result.ToRef().DeploymentId);
        Assert.Equal($"{_server.Url}/api/harbor/deployments/test", result.ToRef().Url);
        Assert.Equal(result.ToRef().Url + "/rollout", result.ToRef().RolloutUrl);
        Assert.Equal(result.ToRef().Url + "/status", result.ToRef().StatusUrl);
    }

    [Fact]
    public async Task A_context_that_the_server_has_is_not_sent_again()
    {
        var spec = _folder.Context("a");
        await Uploader.UploadAsync(spec);
        await Uploader.UploadAsync(spec with { Name = "other" });

        Assert.Equal([true, true], _server.Created.Select(created => created.ContextDigest is not null));
        Assert.Equal([false, true], _server.Created.Select(created => created.ContextTarBase64 is null));
    }

    [Fact]
    public async Task A_context_that_was_removed_in_between_is_sent_after_all()
    {
        var spec = _folder.Context("a");
        _server.Fail(200); // HEAD says that it is there; it is not.

        await Uploader.UploadAsync(spec);

        Assert.NotNull(Assert.Single(_server.Created).ContextTarBase64);
        Assert.Equal(2, _server.Requests.Select(request => request.IdempotencyKey).OfType<string>().Distinct().Count());
    }

    [Fact]
    public async Task An_upload_whose_answer_is_lost_makes_one_deployment()
    {
        var spec = _folder.Context("a");
        _server.Fail(404); // HEAD.
        _server.LoseAnswer();

        await _time.RunAsync(Uploader.UploadAsync(spec));

        Assert.Single(_server.Created);
    }

    [Fact]
    public async Task The_same_spec_twice_is_the_same_deployment_and_another_one_a_conflict_with_its_id()
    {
        var spec = _folder.Context("a");
        var first = await Uploader.UploadAsync(spec);
        Assert.Equal(first.Id, (await Uploader.UploadAsync(spec)).Id);
        _folder.Write("a", "changed");

        var error = await Assert.ThrowsAsync<HarborApiException>(() => Uploader.UploadAsync(spec));

        Assert.Equal((409, "Harbor API error (409): a deployment named 'test' exists"), (error.StatusCode, error.Message));
        Assert.Equal(first.Id, error.Details!.Id);
    }

    [Fact]
    public async Task A_wrong_spec_is_not_sent()
    {
        var error = await Assert.ThrowsAsync<HarborSpecException>(() => HarborDeployments.UploadHarborDeploymentAsync(
            _folder.Context() with { Name = "", Entrypoint = "" }, _server.Url, ContractServer.Key));

        Assert.Equal(2, error.Errors.Count);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Waiting_asks_until_the_build_has_ended()
    {
        _server.BuildTakes = 3;
        var seen = new List<string>();
        var result = await Uploader.UploadAsync(_folder.Context());

        var status = await _time.RunAsync(Uploader.WaitForBuildAsync("test", result.BuildId, progress: status => seen.Add(status.Status)));

        Assert.Equal("ready", status.Status);
        Assert.Equal(["building", "building", "building", "ready"], seen);
    }

    [Fact]
    public async Task A_failed_build_is_an_error_with_its_step()
    {
        _server.BuildFails = "step 2/3 RUN make: exit code 2";
        var result = await Uploader.UploadAsync(_folder.Context());

        var error = await Assert.ThrowsAsync<HarborExecutionException>(() => Uploader.WaitForBuildAsync("test", result.BuildId));

        Assert.Equal("The build of 'test' failed: step 2/3 RUN make: exit code 2", error.Message);
    }

    [Fact]
    public async Task A_build_that_takes_too_long_goes_on_and_the_error_says_so()
    {
        _server.BuildTakes = int.MaxValue;
        await Uploader.UploadAsync(_folder.Context());

        var error = await Assert.ThrowsAsync<HarborExecutionException>(
            () => _time.RunAsync(Uploader.WaitForBuildAsync("test", timeout: TimeSpan.FromSeconds(5))));

        Assert.StartsWith("The build of 'test' has not ended within 5 s; it goes on.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_can_be_started_again_with_another_context()
    {
        var spec = _folder.Context("a");
        var first = await Uploader.UploadAsync(spec);

        var build = await Uploader.TriggerBuildAsync("test", spec, force: true);

        Assert.NotEqual(first.BuildId, build.BuildId);
        Assert.Equal("ready", (await Uploader.WaitForBuildAsync("test", build.BuildId)).Status);
        Assert.Equal("test", Assert.Single((await Uploader.ListAsync(name: "test")).Deployments).Name);
        await Uploader.DeleteAsync("test");
        Assert.Empty((await Uploader.ListAsync()).Deployments);
    }

    [Fact]
    public async Task Instances_are_made_for_the_seeds_and_come_back_in_order()
    {
        _server.Add("d");
        var connection = _server.Connection;
        var first = await HarborInstances.CreateHarborInstancesAsync("d", 3, backendUrl: _server.Url, apiKey: ContractServer.Key);
        var more = await new HarborInstances(connection).CreateAsync("d", 3, startSeed: 2, build: false);
        var all = await new HarborInstances(connection).ListAsync("d");

        Assert.Equal([0, 1, 2], first.Select(instance => instance.Seed));
        Assert.Equal([2, 3, 4], more.Select(instance => instance.Seed));
        Assert.Equal(first[2].Id, more[0].Id);
        Assert.Equal(["ready", "ready", "ready", "pending", "pending"], all.Instances.Select(instance => instance.Status));
    }

    [Fact]
    public async Task A_list_of_several_pages_comes_whole()
    {
        _server.Add("d");
        await new HarborInstances(_server.Connection).CreateAsync("d", 1203, build: false);

        Assert.Equal(1203, (await new HarborInstances(_server.Connection).ListAsync("d")).Instances.Count);
        Assert.Equal(3, _server.Requests.Count(request => request.Method == "GET"));
    }

    [Fact]
    public async Task A_count_out_of_range_is_refused_by_the_server_in_its_words()
    {
        _server.Add("d");

        var error = await Assert.ThrowsAsync<HarborApiException>(() => new HarborInstances(_server.Connection).CreateAsync("d", 10_001));

        Assert.Equal("Harbor API error (422): count must be 1-10000 (got 10001)", error.Message);
    }

    [Fact]
    public async Task A_log_is_followed_over_lost_connections_and_nothing_is_missing_or_twice()
    {
        _server.Add("d");
        Assert.Equal(_server.BuildLog[5..], await Uploader.GetBuildLogAsync("d", "b", 5));

        var text = await _time.RunAsync(FollowAsync(5));

        Assert.Equal(_server.BuildLog[5..], text);
        Assert.True(_server.Requests.Count > 5);

        async Task<string> FollowAsync(long offset)
        {
            var all = new System.Text.StringBuilder();
            await foreach (var part in Uploader.FollowBuildLogAsync("d", "b", offset))
            {
                all.Append(part);
            }

            return all.ToString();
        }
    }

    /// <summary>Its name is gone as soon as it is open, so that a killed upload leaves nothing.</summary>
    [Fact]
    public async Task The_archive_on_disk_has_no_name_and_is_readable_by_its_owner_only()
    {
        await using var archive = await TemporaryArchive.PackAsync(new HarborPackager(_folder.Context("a")), CancellationToken.None);

        var open = Directory.GetFiles("/proc/self/fd").Where(file =>
            new FileInfo(file).LinkTarget is { } target && target.EndsWith(".tar.gz (deleted)", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(open);
        Assert.All(open, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }
}
