namespace Harbor.Journal;

/// <summary>
/// One run at a time changes a project. The lock is the operating system's, on <c>var/state/lock</c>: it goes with the process, however that
/// ends, and children do not inherit it. Who holds it stands in <c>var/state/run.json</c> (<see cref="RunRecord"/>). Disposing gives it back.
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
    /// Takes the lock, ends what a killed run before this one left running (<see cref="Leftovers"/>), and writes down who holds it.
    /// </summary>
    /// <param name="id">Of this run; see <see cref="RunId"/>.</param>
    /// <param name="target">What the run does, for whoever finds the lock taken.</param>
    /// <param name="wait">How long to wait for a run that holds it. Null: not at all.</param>
    /// <param name="say">Told once that it waits, and what a killed run left.</param>
    /// <exception cref="DeploymentException">Another run holds it, named in the message; or <c>var/</c> cannot be written.</exception>
    public static Task<RunLock> AcquireAsync(
        ProjectPaths paths, string id, string target, TimeSpan? wait, TimeProvider time, Action<string> say, CancellationToken ct)
    {
        // Nearly every run goes this way, and no async method in it: each costs milliseconds at its first use.
        if (TryOpen(paths) is not { } file)
        {
            return WaitAsync(paths, id, target, wait, time, say, ct);
        }

        var runLock = new RunLock(paths, file);
        if (File.Exists(RunRecord.PathIn(paths)))
        {
            return runLock.CleanUpAsync(id, target, time, say);
        }

        runLock.WriteRecord(id, target, time);
        return Task.FromResult(runLock);
    }

    /// <summary>The lock file itself stays: removing it would let two runs each lock a file of that name.</summary>
    public void Dispose()
    {
        if (_file is not null)
        {
            JournalFile.TryDelete(RunRecord.PathIn(_paths));
            GiveBack();
        }
    }

    private void GiveBack()
    {
        _file?.Dispose();
        _file = null;
    }

    private void WriteRecord(string id, string target, TimeProvider time)
    {
        try
        {
            RunRecord.OfThisProcess(id, target, time).Write(_paths);
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>The old record is replaced only when all is ended: a run that is killed here leaves the work to the next.</summary>
    private async Task<RunLock> CleanUpAsync(string id, string target, TimeProvider time, Action<string> say)
    {
        try
        {
            if (RunRecord.Read(_paths) is { } killed)
            {
                await Leftovers.EndAsync(_paths, killed, say);
            }
        }
        catch
        {
            GiveBack();
            throw;
        }

        WriteRecord(id, target, time);
        return this;
    }

    private static async Task<RunLock> WaitAsync(
        ProjectPaths paths, string id, string target, TimeSpan? wait, TimeProvider time, Action<string> say, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var said = false;
        while (true)
        {
            if (TryOpen(paths) is { } file)
            {
                return await new RunLock(paths, file).CleanUpAsync(id, target, time, say);
            }

            if (time.GetElapsedTime(started) >= (wait ?? TimeSpan.Zero))
            {
                throw new DeploymentException(await HolderAsync(paths, time, ct) + (wait is { } waited
                    ? $" Waited {Text(waited)} for it."
                    : " To wait for it, add --wait-lock 60s."));
            }

            if (!said)
            {
                say($"{await HolderAsync(paths, time, ct)} Waiting up to {Text(wait!.Value)} for it.");
                said = true;
            }

            await Task.Delay(Poll, time, ct);
        }
    }

    private static FileStream? TryOpen(ProjectPaths paths)
    {
        var path = Path.Combine(paths.State, "lock");
        try
        {
            Directory.CreateDirectory(paths.State);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is WouldBlockLinux or WouldBlockMac or SharingViolation)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{paths.Relative(path)} could not be opened: {e.Message.TrimEnd('.')}. Harbor keeps the state of the deployment below {paths.Var}, and must be able to write there.", e);
        }
    }

    /// <summary>A run that just took the lock has not written its record yet: it gets a moment.</summary>
    private static async Task<string> HolderAsync(ProjectPaths paths, TimeProvider time, CancellationToken ct)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            if (RunRecord.Read(paths) is { MayBeAlive: true } holder)
            {
                return $"Another run is at work here: {holder.Target}, pid {holder.Pid} of {holder.User} on {holder.Host}, since {holder.Since:yyyy-MM-dd HH:mm:ss} UTC ({Text(time.GetUtcNow() - holder.Since)}).";
            }

            await Task.Delay(Poll / 5, time, ct);
        }

        return "Another run is at work here; it is just starting.";
    }

    private static string Text(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(0, time.TotalSeconds):0} s";
}
