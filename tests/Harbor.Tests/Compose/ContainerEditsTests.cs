using Harbor.Engines;
using Harbor.Planning;
using Harbor.State;
using Harbor.Tests.Engines;

namespace Harbor.Tests.Compose;

public sealed class ContainerEditsTests
{
    private const int AtOnce = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Containers_are_inspected_four_at_once_over_four_connections_and_each_edit_is_found()
    {
        using var all = new SemaphoreSlim(0);
        var (waiting, isMore) = (0, false);
        await using var server = new ScriptedEngine(async (request, stream, ct) =>
        {
            // The first four are answered together: fewer at once would wait for ever.
            var now = Interlocked.Increment(ref waiting);
            isMore |= now > AtOnce;
            if (now == AtOnce)
            {
                all.Release(100);
            }

            await all.WaitAsync(ct);
            Interlocked.Decrement(ref waiting);
            var id = request.Split('/')[3];
            await ScriptedEngine.WriteJson(stream,
                $$$"""{"Id": "{{{id}}}", "HostConfig": {"Memory": {{{(id == "c7" ? 5 : 0)}}} }, "State": {"Running": true} }""", ct);
        });
        await using var engine = server.Engine();
        var deployed = Enumerable.Range(0, 20).Select(Deployed).ToList();

        var edits = await ContainerEdits.FindAsync(engine, deployed, [.. deployed.Select(Listed)], Ct);

        Assert.Equal("was edited by hand (docker update): Memory 5; deployed with no limits", Assert.Single(edits).Value);
        Assert.False(isMore);
        Assert.Equal(20, server.Requests.Count);
        Assert.Equal(AtOnce, server.Connections);
    }

    [Fact]
    public async Task An_engine_that_fails_at_one_container_fails_them_all_with_its_own_words()
    {
        await using var server = new ScriptedEngine((request, stream, ct) => request.Contains("/c3/", StringComparison.Ordinal)
            ? ScriptedEngine.Write(stream, "HTTP/1.1 500 no\r\nContent-Length: 22\r\n\r\n{\"message\": \"no disk\"}", ct)
            : ScriptedEngine.WriteJson(stream, "{}", ct));
        await using var engine = server.Engine();

        var error = await Assert.ThrowsAsync<HarborException>(
            () => ContainerEdits.WithSettingsAsync(engine, [.. Enumerable.Range(0, 9).Select(Deployed)], Ct));

        Assert.EndsWith("(500): no disk", error.Message);
    }

    private static DeployedContainer Deployed(int number) =>
        new("web", $"c{number}", $"p-web-{number}", "d", "i", "sha256:1", Completed: false) { Limits = "", Connections = "" };

    private static EngineContainer Listed(DeployedContainer container) => new(
        container.Id, container.Name, "web", 1, ContainerState.Running, ContainerHealth.None,
        null, "i", "sha256:1", new Dictionary<string, string>(), []);
}
