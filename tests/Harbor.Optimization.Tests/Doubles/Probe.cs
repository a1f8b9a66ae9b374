using System.Diagnostics;

namespace Harbor.Optimization.Doubles;

/// <summary>The probe as a process of its own, that can be killed.</summary>
internal static class Probe
{
    /// <summary>Kills it with SIGKILL after the given time; null: lets it end.</summary>
    /// <returns>The exit code; null: it was killed.</returns>
    public static async Task<int?> RunAsync(TimeSpan? killAfter, IEnumerable<string> args, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Harbor.Optimization.Probe.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

#pragma warning disable RS0030 // This project does not reference Harbor, which has the other way to start a process.
        using var process = Process.Start(start)!;
#pragma warning restore RS0030
        var error = process.StandardError.ReadToEndAsync(ct);
        try
        {
            using var kill = CancellationTokenSource.CreateLinkedTokenSource(ct);
            kill.CancelAfter(killAfter ?? TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(kill.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Assert.True(killAfter is not null, "The probe did not end.");
            return null;
        }

        Assert.Equal("", await error);
        return process.ExitCode;
    }
}
