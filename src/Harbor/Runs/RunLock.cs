using Harbor.Processes;

namespace Harbor.Runs;

/// <summary>
/// One run at a time changes a project. The lock is the operating system's, on <c>var/state/lock</c>: it ends with the process, even a
/// killed one, and children do not inherit it. <c>var/state/run.json</c> names its holder (<see cref="RunRecord"/>). Disposing releases it.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private readonly ProjectPaths _paths;
    private FileStream? _file;

    private RunLock(ProjectPaths paths, FileStream file) => (_paths, _file) = (paths, file);

    /// <summary>
    /// Takes the lock, ends the processes of a killed run before this one (<see cref="Leftovers"/>), and records the holder.
    /// </summary>
    /// <param name="target">The run's target, for the message of a run that finds the lock taken.</param>
    /// <param name="wait">How long to wait while another run holds it. Null: not at all.</param>
    /// <param name="say">Prints once that it waits, and what a killed run left.</param>
    /// <exception cref="HarborException">Another run holds it, named in the message; or <c>var/</c> cannot be written.</exception>
    public static async Task<RunLock> AcquireAsync(
        RunScope scope, ProjectPaths paths, string target, TimeSpan? wait, Action<string> say, CancellationToken ct)
    {
        var started = scope.Time.GetTimestamp();
        using var waiting = scope.Activities.Begin("another run", Activity.Waiting);
        var said = false;
        while (true)
        {
            if (TryOpen(paths) is { } file)
            {
                var runLock = new RunLock(paths, file);
                await runLock.BeginAsync(scope, target, say);
                return runLock;
            }

            if (scope.Time.GetElapsedTime(started) >= (wait ?? TimeSpan.Zero))
            {
                throw new HarborException(await DescribeHolderAsync(paths, scope.Time, ct) + (wait is { } waited
                    ? $" Waited {Describe(waited)} for it."
                    : " To wait for it, add --wait-lock 60s."));
            }

            if (!said)
            {
                say($"{await DescribeHolderAsync(paths, scope.Time, ct)} Waiting up to {Describe(wait!.Value)} for it.");
                said = true;
            }

            await Task.Delay(Poll, scope.Time, ct);
        }
    }

    /// <summary>The lock file stays: if it were removed, two runs could each lock a file of that name.</summary>
    public void Dispose()
    {
        if (_file is not null)
        {
            JournalFile.TryDelete(RunRecord.PathIn(_paths));
            Release();
        }
    }

    private void Release()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>
    /// A killed run's record is replaced only after its leftovers are ended, so that the next run does it if this one is killed here.
    /// </summary>
    private async Task BeginAsync(RunScope scope, string target, Action<string> say)
    {
        try
        {
            if (RunRecord.Read(_paths) is { } killed)
            {
                await Leftovers.EndAsync(scope, _paths, killed, say);
            }

            RunRecord.ForThisProcess(scope.Id, target, scope.Time).Write(_paths);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Everything in <c>var</c> is of this machine, the key of the hashes among it.</summary>
    private static void KeepOutOfGit(ProjectPaths paths)
    {
        var list = Path.Combine(paths.Var, ".gitignore");
        if (new FileInfo(list) is not { Exists: true, Length: > 0 }) // A killed run may leave it empty.
        {
            File.WriteAllText(list, "*\n");
        }
    }

    private static FileStream? TryOpen(ProjectPaths paths)
    {
        var path = Path.Combine(paths.State, "lock");
        try
        {
            Directory.CreateDirectory(paths.State);
            KeepOutOfGit(paths);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac or SharingViolation)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{paths.Relative(path)} could not be opened: {e.Message.TrimEnd('.')}. Harbor keeps its state " +
                $"below {paths.Var} and must be able to write there.", e);
        }
    }

    /// <summary>Waits a moment for the record of a run that has just taken the lock.</summary>
    private static async Task<string> DescribeHolderAsync(ProjectPaths paths, TimeProvider time, CancellationToken ct)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (RunRecord.Read(paths) is { MayBeAlive: true } holder)
            {
                return $"Another run is at work here: {holder.Target}, pid {holder.Pid} of {holder.User} on {holder.Host}, since " +
                    $"{holder.Since:yyyy-MM-dd HH:mm:ss} UTC ({Describe(time.GetUtcNow() - holder.Since)}).";
            }

            await Task.Delay(Poll / 5, time, ct);
        }

        return "Another run is at work here; it has just started.";
    }

    private static string Describe(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(0, time.TotalSeconds):0} s";
}
