namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>
    /// The program and its arguments are positional parameters, which the shell does not interpret. setsid and nohup become the program, so
    /// the pid stays the same.
    /// </summary>
    private const string Detach = """
        command -v "$1" >/dev/null || { echo "$1: there is no such program"; exit 127; } >>"$0" 2>&1
        if command -v setsid >/dev/null; then exec setsid "$@"; else exec nohup "$@"; fi >>"$0" 2>&1 </dev/null
        """;

    /// <summary>How long a daemon may take to fail.</summary>
    private static readonly TimeSpan FirstMoments = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Starts a daemon that outlives Harbor: it has its own session, no standard input, and none of the ids by which the leftovers of a run
    /// are ended. Both outputs are appended to <paramref name="logFile"/> unmasked. Not on Windows.
    /// </summary>
    /// <returns>Its pid.</returns>
    /// <exception cref="CommandFailedException">It did not start, or failed within its first moments. The message has the end of the
    /// log.</exception>
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
