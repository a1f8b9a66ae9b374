using System.Globalization;
using Harbor.Files;
using Harbor.Frosting;
using Harbor.Processes;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

/// <summary>
/// Deploys, then deploys again whenever an input changes. Each Deploy is a separate process, so that it holds the lock only while it
/// works, is recorded in the history, and cannot end Watch when it fails.
/// </summary>
[TaskName("Watch")]
[TaskDescription("Deploys now and after every change. Ctrl-C ends it.")]
[TaskGroup(Groups.EveryDay)]
[StackOptions]
[LockOptions]
[Reads("descriptor, environment, templates, compose files, build contexts")]
[Leaves("what deploy leaves")]
public sealed class Watch : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        using var silence = context.Scope.Activities.Silence(); // Each Deploy shows its own progress.
        using var watch = new FolderWatch(context.Scope.Time);
        var seen = new SeenFiles();
        watch.Follow(WatchedPlaces.Find(context.Paths)); // Before the first Deploy, so that changes during it are seen.
        var isDeployed = await DeployAsync(context, ct);
        var isSame = false; // Whether the last Deploy was for files that were saved without a change.
        while (true)
        {
            watch.Follow(WatchedPlaces.Find(context.Paths));
            context.Say($"{Now(context)} watching. Ctrl-C ends it.");

            // After a failed Deploy, its own writes are taken as seen. Any later save starts another Deploy.
            var changed = isDeployed ? [] : seen.Changed(Inputs(await watch.DrainAsync(ct)));
            while (changed.Count == 0)
            {
                // The Deploy may have read a text that was changed and then changed back. So unchanged text starts one more Deploy,
                // and is ignored only after that.
                var next = Inputs(await watch.NextAsync(ct));
                var different = seen.Changed(next);
                changed = isDeployed && isSame ? different : next;
                isSame = different.Count == 0 && (isSame || next.Count > 0);
            }

            // Again before the Deploy, because a folder may have been replaced by a new one.
            watch.Follow(WatchedPlaces.Find(context.Paths));
            context.Say($"{Now(context)} changed: {Names(context, changed)}");
            isDeployed = await DeployAsync(context, ct);
        }

        List<string> Inputs(IReadOnlyList<string> paths) => [.. paths.Where(path => WatchedPlaces.IsInput(context.Paths, path))];
    }

    /// <summary>Temporary files of editors, which are gone by now, are named only if nothing else changed.</summary>
    private static string Names(HarborContext context, IReadOnlyList<string> changed)
    {
        var there = changed.Where(Path.Exists).ToList();
        IReadOnlyList<string> named = there.Count > 0 ? there : changed;
        return string.Join(", ", named.Take(5).Select(context.Paths.Relative)) + (named.Count > 5 ? $" and {named.Count - 5} more" : "");
    }

    private static async Task<bool> DeployAsync(HarborContext context, CancellationToken ct)
    {
        var start = context.Scope.Time.GetTimestamp();
        var result = await Deploy(context).TryRunAsync(ct);
        var seconds = context.Scope.Time.GetElapsedTime(start).TotalSeconds;
        context.Say(result.ExitCode == 0
            ? $"{Now(context)} deployed in {seconds:0.0} s"
            : $"{Now(context)} not deployed (exit code {result.ExitCode}): fix the errors above, Watch retries on the next change");
        return result.ExitCode == 0;
    }

    /// <summary>This program with this command line, but with the target Deploy.</summary>
    private static Command Deploy(HarborContext context)
    {
        string[] options =
        [
            .. context.Arguments.GetArguments().Where(option => option.Key is not ("target" or "working" or "setup"))
                .SelectMany(option => option.Value.Select(value => $"--{option.Key}={value}")),
            .. context.Settings.WaitLock is null ? (string[])["--wait-lock=1h"] : [],
        ];
        return HostProgram.Command(context, ["--target=Deploy", $"--working={context.Paths.Root}", .. options]) with
        {
            OnOutput = context.Say,
            OnError = line => context.Console.WriteErrorLine(line),
        };
    }

    private static string Now(HarborContext context) => context.Scope.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
