namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>Everything is a positional parameter: the shell interprets none of it. setsid and nohup become the program, so the pid stays.</summary>
    private const string Detach = """
        command -v "$1" >/dev/null || { echo "$1: there is no such program"; exit 127; } >>"$0" 2>&1
        if command -v setsid >/dev/null; then exec setsid "$@"; else exec nohup "$@"; fi >>"$0" 2>&1 </dev/null
        """;

    /// <summary>How long a daemon that cannot work gets to say so.</summary>
    private static readonly TimeSpan FirstMoments = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Starts a daemon that outlives Harbor: session of its own, no standard input, both outputs appended to <paramref name="logFile"/>
    /// (as they are: not masked), none of the ids by which leftovers of a run are ended. Not on Windows.
    /// </summary>
    /// <returns>Its pid.</returns>
    /// <exception cref="CommandFailedException">It did not start or failed within its first moments; with the end of the log.</exception>
    public async Task<int> StartDetachedAsync(string logFile, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new CommandFailedException(this, null, "was not started: Windows has no detached programs", "");
        }

        var log = Path.GetFullPath(logFile);
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var start = NewStart("/bin/sh", ["-c", Detach, log, FileName, .. Arguments]);
        start.Environment.Remove(ChildEnvironment.RunIdVariable);
        start.Environment.Remove(ChildEnvironment.CommandIdVariable);
        using var process = Start(start);
        try
        {
            await process.WaitForExitAsync(ct).WaitAsync(FirstMoments, ct);
        }
        catch (TimeoutException)
        {
            return process.Id;
        }

        return process.ExitCode == 0
            ? process.Id
            : throw Exited(process.ExitCode, File.Exists(log) ? Tail("", await File.ReadAllTextAsync(log, ct)) : "");
    }
}
