using System.Collections.Concurrent;
using System.Diagnostics;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class WatchTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TestProject _project = new();
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private Process _run = null!;

    public async ValueTask InitializeAsync()
    {
        _run = _project.Start("--target=Watch");
        _run.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _run.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        await SaysAsync("watching.");
    }

    [Fact]
    public async Task A_change_is_deployed_an_error_is_survived_and_Ctrl_C_ends_it()
    {
        var before = await _project.ContainersAsync();
        Assert.Contains("web", before.Keys);

        // A value: what is rendered from it reaches the container, and only that service is touched.
        var clock = Stopwatch.StartNew();
        _project.Write("etc/sys.env", "GREETING=changed\nLEVEL=1\n");
        await TestProject.EventuallyAsync(() => Task.FromResult(_project.Read("var/run/web/config/web.conf") == "greeting changed\n"));
        output.WriteLine($"rendered after {clock.ElapsedMilliseconds} ms");
        await SaysAsync("deployed in");
        output.WriteLine($"deployed after {clock.ElapsedMilliseconds} ms");
        Assert.Equal(["web"], await _project.RecreatedAsync(before));

        // An error does not end it.
        var descriptor = _project.Read("etc/harbor.yaml");
        _project.Write("etc/harbor.yaml", descriptor.Replace("profiles:", "profilse:", StringComparison.Ordinal));
        await SaysAsync("not deployed (exit code 2)");
        Assert.Contains(_errors, line => line.Contains("etc/harbor.yaml:3:1: Unknown key 'profilse'", StringComparison.Ordinal));

        // A folder that the mended descriptor names is watched from then on.
        _project.Write("etc/harbor.yaml", descriptor.Replace("source: {", "prepare: { env: { sources: [{ type: sys }, { type: dotenv, file: more/own.env, optional: true }, { type: secrets, optional: true }] } }\nsource: {", StringComparison.Ordinal));
        await SaysAsync("deployed in");
        _project.Write("more/own.env", "GREETING=own\n");
        await SaysAsync("deployed in");
        await SaysAsync("watching.");
        Assert.Equal("greeting own\n", _project.Read("var/run/web/config/web.conf"));
        _project.Write("more/own.env", "GREETING=again\n");
        await SaysAsync("deployed in");
        Assert.Equal("greeting again\n", _project.Read("var/run/web/config/web.conf"));

        await SaysAsync("watching.");
        await TestProject.SendAsync("-INT", _run);
        await _run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(130, _run.ExitCode);
        Assert.Equal(3, (await _project.ContainersAsync()).Count);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_run.HasExited)
        {
            _run.Kill(entireProcessTree: true);
        }

        _run.Dispose();
        await _project.DisposeAsync();
    }

    /// <summary>Passes over what was said before it.</summary>
    private async Task SaysAsync(string text)
    {
        await TestProject.EventuallyAsync(() =>
        {
            while (_lines.TryPeek(out var line))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return Task.FromResult(true);
                }

                _lines.TryDequeue(out _);
            }

            return Task.FromResult(false);
        });
        _lines.TryDequeue(out _);
    }
}
