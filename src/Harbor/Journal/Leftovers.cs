using Harbor.Files;
using Harbor.Processes;
using Harbor.Runners;

namespace Harbor.Journal;

/// <summary>
/// What a killed run left running. Its children carry its id in their environment (<see cref="ChildEnvironment.RunIdVariable"/>), and so they
/// are found whatever became of their parents. Linux only: elsewhere the children of a killed run end by themselves or stay.
/// </summary>
public static class Leftovers
{
    /// <summary>How long they may take to end by themselves.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Ends all processes of a run: SIGTERM, after 5 s SIGKILL. To be called with the <see cref="RunLock"/> held, for a run that is dead.</summary>
    /// <returns>What was ended.</returns>
    public static async Task<IReadOnlyList<RunningProcess>> EndAsync(string runId) =>
        OperatingSystem.IsLinux()
            ? await ProcessTree.EndAsync(() => ProcessTree.Find(ChildEnvironment.RunIdVariable, runId), Grace)
            : [];

    internal static async Task EndAsync(ProjectPaths paths, RunRecord killed, Action<string> say)
    {
        var containers = await RunnerContainer.RemoveLeftAsync(paths); // First: what runs in them carries the run's id too.
        var ended = await EndAsync(killed.Id);
        AtomicFile.RemoveLeft(paths.State, killed.Pid);
        say($"The run {killed.Id} ({killed.Target}, since {killed.Since:yyyy-MM-dd HH:mm:ss} UTC) was killed before it was done."
            + (ended.Count == 0 ? "" : $" Ended what it had left running: {string.Join(", ", ended)}.")
            + (containers == 0 ? "" : $" Removed {containers} containers of its hooks."));
    }
}
