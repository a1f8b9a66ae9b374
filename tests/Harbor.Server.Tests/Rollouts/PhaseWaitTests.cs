using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Sandboxes;

namespace Harbor.Server.Tests.Rollouts;

[Trait("Category", "Engine")]
public sealed class PhaseWaitTests
{
    [Fact]
    public async Task A_connection_that_is_cut_now_and_then_does_not_end_the_wait()
    {
        var ct = TestContext.Current.CancellationToken;
        var installation = Guid.NewGuid();
        await using var cut = await CutEngine.StartAsync();
        using var engine = new SandboxEngine(new SandboxSettings { Engine = cut.Url });
        try
        {
            var id = await engine.CreateAsync(new SandboxSpec
            {
                Image = "debian:bookworm",
                Command = "sleep 9",
                Labels = new Dictionary<string, string> { ["harbor.server"] = $"{installation}" },
                Variables = new Dictionary<string, string>(),
                CpuCores = 1,
                MemoryMb = 64,
                DiskMb = 64,
                Pids = 64,
                Runtime = "runc",
                OpenFiles = null,
            }, ct);
            await engine.StartAsync(id, ct);
            cut.Longest = path => path.EndsWith("/wait", StringComparison.Ordinal) ? TimeSpan.FromSeconds(2) : null;
            var wait = new PhaseWait(engine, TimeProvider.System) { Patience = TimeSpan.FromSeconds(1.5) };

            var end = await wait.WaitAsync(id, TimeProvider.System.GetUtcNow().AddSeconds(60), null, CancellationToken.None, ct);

            Assert.Equal(PhaseEnd.Exited, end);
        }
        finally
        {
            await EngineLeftovers.RemoveAsync(engine, installation);
        }
    }
}
