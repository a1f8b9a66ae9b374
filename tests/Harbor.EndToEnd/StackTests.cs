using System.Net;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class StackTests(StackFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_behind_the_proxy_shows_the_rendered_values_and_nginx_s_counters()
    {
        await stack.UpAsync(Ct);
        var address = (await stack.ComposeAsync(Ct, "port", "web", "8080")).Output.Trim();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        var page = await http.GetStringAsync("/", Ct);

        Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal);
        Assert.Contains("<h1>value of SITE_NAME</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.Contains("Active connections: ", await http.GetStringAsync("/status", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/nothing", Ct)).StatusCode);
    }

    [Theory]
    [InlineData(StackFixture.CachePassword, "PONG")]
    [InlineData("wrong", "NOAUTH Authentication required.")]
    public async Task The_cache_wants_the_password(string password, string answer)
    {
        await stack.UpAsync(Ct);

        var result = await stack.ExecAsync("cache", ("REDISCLI_AUTH", password), Ct, "redis-cli", "--no-auth-warning", "ping");

        Assert.Equal(answer, result.Output.Trim());
    }

    [Fact]
    public async Task The_database_takes_a_changed_password_and_keeps_its_data()
    {
        await stack.UpAsync(Ct);
        Assert.Equal("", (await PsqlAsync(StackFixture.DbPassword, "CREATE TABLE kept (a int); INSERT INTO kept VALUES (42)")).Error);
        Assert.Contains("password authentication failed", (await PsqlAsync("wrong", "SELECT 1")).Error, StringComparison.Ordinal);

        await stack.ComposeAsync(Ct, "kill", "db");
        await stack.Compose("ano'ther", "up", "--detach", "--wait", "--force-recreate", "--no-deps", "db").RunAsync(Ct);

        Assert.Contains(
            "password authentication failed", (await PsqlAsync(StackFixture.DbPassword, "SELECT 1")).Error, StringComparison.Ordinal);
        Assert.Equal("42", (await PsqlAsync("ano'ther", "SELECT a FROM kept")).Output.Trim());
    }

    [Fact]
    public async Task No_password_is_in_a_container_s_description_arguments_or_log()
    {
        await stack.UpAsync(Ct);
        foreach (var service in new[] { "web", "cache", "db" })
        {
            var container = (await stack.ComposeAsync(Ct, "ps", "--quiet", service)).Output.Trim();
            var seen = (await new Processes.Command(TestScope.New(), "docker", "inspect", container).RunAsync(Ct)).Output
                + (await new Processes.Command(TestScope.New(), "docker", "top", container, "-eo", "pid,args").RunAsync(Ct)).Output
                + (await stack.ComposeAsync(Ct, "logs", service)).Output;

            Assert.DoesNotContain("s3nt", seen, StringComparison.Ordinal);
            Assert.Contains(container, seen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_service_runs_as_root()
    {
        await stack.UpAsync(Ct);
        foreach (var (service, user) in new[] { ("web", "33"), ("cache", "990"), ("db", "991") })
        {
            Assert.Equal(user, (await stack.ComposeAsync(Ct, "exec", "--no-TTY", service, "id", "--user")).Output.Trim());
        }
    }

    private Task<Processes.CommandResult> PsqlAsync(string password, string sql) =>
        stack.ExecAsync("db", ("PGPASSWORD", password), Ct, "psql", "--host=db", "--username=harbor",
            "--dbname=harbor", "--quiet", "--tuples-only", "--no-align", $"--command={sql}");
}
