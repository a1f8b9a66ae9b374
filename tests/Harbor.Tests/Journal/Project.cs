using System.Diagnostics;

namespace Harbor.Tests.Journal;

/// <summary>A project root in a temporary folder, gone after the test.</summary>
internal sealed class Project : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("harbor-test-").FullName;

    public ProjectPaths Paths => new(Root);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>The probe program in a process of its own, killed after the test.</summary>
internal sealed class Probe : IDisposable
{
    private readonly Process _process;

    public Probe(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Harbor.Tests.Probe.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
#pragma warning disable RS0030 // What is tested is a second process, and Command waits for its end.
        _process = Process.Start(start)!;
#pragma warning restore RS0030
    }

    public int Pid => _process.Id;

    public int ExitCode => _process.ExitCode;

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));

    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>SIGKILL, to this process alone: nothing of it gets to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
