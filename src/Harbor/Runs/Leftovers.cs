using Harbor.Files;
using Harbor.Processes;
using Harbor.Runners;

namespace Harbor.Runs;

/// <summary>
/// The processes that a killed run left running. They are found by the run's id in their environment
/// (<see cref="ChildEnvironment.RunIdVariable"/>), even if their parents are gone. Linux only: elsewhere the children of a killed run end
/// by themselves or stay.
/// </summary>
public static class Leftovers
{
    /// <summary>How long they may take to end after SIGTERM.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Ends all processes of a run: SIGTERM, and SIGKILL after 5 s. Hold the <see cref="RunLock"/>, and call it only for a run that is
    /// dead.
    /// </summary>
    /// <returns>The processes that were ended.</returns>
    public static async Task<IReadOnlyList<RunningProcess>> EndAsync(string runId, TimeProvider time) =>
        OperatingSystem.IsLinux()
            ? await ProcessTree.EndAsync(() => ProcessTree.Find(ChildEnvironment.RunIdVariable, runId), Grace, time)
            : [];

    internal static async Task EndAsync(RunScope scope, ProjectPaths paths, RunRecord killed, Action<string> say)
    {
        var containers = await RunnerContainer.RemoveLeftAsync(scope, paths); // First, because the processes in them have the run's id too.
        var ended = await EndAsync(killed.Id, scope.Time);
        AtomicFile.RemoveLeft(paths.State, killed.Pid);
        say($"The run {killed.Id} ({killed.Target}, since {killed.Since:yyyy-MM-dd HH:mm:ss} UTC) was killed before it had finished."
            + (ended.Count == 0 ? "" : $" Ended the processes that it left running: {string.Join(", ", ended)}.")
            + (containers == 0 ? "" : $" Removed {containers} containers of its hooks."));
    }
}
