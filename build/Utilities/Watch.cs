using System.Globalization;
using System.IO.Enumeration;
using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Files;
using Harbor.Frosting;
using Harbor.Journal;
using Harbor.Processes;

namespace Harbor.Build.Utilities;

/// <summary>
/// Deploys, then again whenever an input changes. Each Deploy is a process of its own: it takes the lock only while it works, is in the history,
/// and whatever is wrong with it ends there.
/// </summary>
[TaskName("Watch")]
[TaskDescription("Deploys, and again whenever descriptor, environment, templates, compose files or build contexts change. Ctrl-C ends it.")]
public sealed class Watch : AsyncFrostingTask<HarborContext>
{
    /// <summary>Harbor writes the first, git the second all the time.</summary>
    private static readonly string[] Ignored = ["var", ".git"];

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        using var watch = new FolderWatch();
        var seen = new SeenFiles();
        watch.Follow(Places(context.Paths)); // Before the first Deploy: what changes while it runs counts.
        var isDeployed = await DeployAsync(context, ct);
        var isSame = false; // Whether that was for files that were written again as they were.
        while (true)
        {
            watch.Follow(Places(context.Paths));
            context.Say($"{Now(context)} watching. Ctrl-C ends it.");

            // What a Deploy that failed wrote itself is told from what is saved after it: that is tried, whatever it holds.
            var changed = isDeployed ? [] : seen.Changed(Inputs(await watch.SoFarAsync(ct)));
            while (changed.Count == 0)
            {
                // What changed while a Deploy ran, and changed back, it may have read: only behind a second one is the same text nothing new.
                var next = Inputs(await watch.NextAsync(ct));
                var different = seen.Changed(next);
                changed = isDeployed && isSame ? different : next;
                isSame = different.Count == 0 && (isSame || next.Count > 0);
            }

            watch.Follow(Places(context.Paths)); // Before the Deploy once more: what it reads in a folder that was made anew is watched from here on.
            context.Say($"{Now(context)} changed: {string.Join(", ", changed.Take(5).Select(context.Paths.Relative))}{(changed.Count > 5 ? $" and {changed.Count - 5} more" : "")}");
            isDeployed = await DeployAsync(context, ct);
        }

        List<string> Inputs(IReadOnlyList<string> paths) => [.. paths.Where(path => IsInput(context.Paths.Relative(path)))];
    }

    private static async Task<bool> DeployAsync(HarborContext context, CancellationToken ct)
    {
        var start = context.Time.GetTimestamp();
        var result = await Deploy(context).TryRunAsync(ct);
        var seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        context.Say(result.ExitCode == 0
            ? $"{Now(context)} deployed in {seconds:0.0} s"
            : $"{Now(context)} not deployed (exit code {result.ExitCode}): mend what is said above; the next change is tried again");
        return result.ExitCode == 0;
    }

    /// <summary>This program with this command line, but for the target.</summary>
    private static Command Deploy(HarborContext context)
    {
        string[] options =
        [
            .. context.Arguments.GetArguments().Where(option => option.Key is not ("target" or "working" or "setup"))
                .SelectMany(option => option.Value.Select(value => $"--{option.Key}={value}")),
            .. context.Settings.WaitLock is null ? (string[])["--wait-lock=1h"] : [],
        ];
        return new Command(
            System.Environment.ProcessPath!,
            [Path.Combine(AppContext.BaseDirectory, "Harbor.Build.dll"), "--target=Deploy", $"--working={context.Paths.Root}", .. options])
        {
            Environment = HarborContext.ProcessVariables,
            OnOutput = context.Say,
            OnError = line => context.Console.WriteErrorLine(line),
        };
    }

    /// <summary>What a stack is made of: where it usually lies, and where the last Deploy and the descriptor say that it lies.</summary>
    private static IEnumerable<(string Path, bool Below)> Places(ProjectPaths paths)
    {
        var root = paths.Root;
        yield return (root, Below: false);
        yield return (Path.Combine(root, "etc"), Below: true);
        yield return (paths.Stacks, Below: true);
        var inputs = Inputs(paths).Select(input => Path.GetFullPath(input, root)).ToList();
        foreach (var target in inputs.Concat(Links(Path.Combine(root, "etc"))).Concat(Links(paths.Stacks)).SelectMany(Targets).Where(target => IsInput(paths.Relative(target))))
        {
            yield return (target, Below: false);
        }

        foreach (var path in inputs.Where(path => IsInput(paths.Relative(path))))
        {
            var isFolder = Directory.Exists(path);
            var folder = isFolder ? path : Path.GetDirectoryName(path)!;
            if (isFolder && folder == root)
            {
                // Not below the root itself: var/ and .git/ change all the time. A folder that comes is a change of the root, and looked for behind it.
                foreach (var below in Directory.EnumerateDirectories(root).Where(below => IsInput(paths.Relative(below))))
                {
                    yield return (below, Below: true);
                }
            }
            else if (folder != root && !IsBelow(folder, Path.Combine(root, "etc")) && !IsBelow(folder, paths.Stacks))
            {
                yield return (path, Below: isFolder);
            }
        }
    }

    private static IEnumerable<string> Inputs(ProjectPaths paths)
    {
        IEnumerable<string> deployed = (Deployment.File(paths).Read()?.Inputs.Keys ?? []).Select(InputStates.PathOf).Distinct();
        try
        {
            var descriptor = DescriptorReader.Read(paths);
            return [.. deployed, descriptor.Source.Directory, .. descriptor.Stacks.Values.SelectMany(stack => stack.Sources).Concat(descriptor.Prepare.Sources).Where(source => source.Directory is null).Select(source => source.File)];
        }
        catch (InvalidStackException)
        {
            return deployed; // Deploy has said why.
        }
    }

    private static List<string> Links(string folder)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<string>(
                    folder,
                    (ref FileSystemEntry entry) => entry.ToFullPath(),
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0,
                    ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
                },
            ];
        }
        catch (IOException)
        {
            return []; // Gone; what comes in its place is a change.
        }
    }

    /// <summary>Where a link leads, step by step; nothing for what is none.</summary>
    private static IEnumerable<string> Targets(string path)
    {
        for (var step = 0; step < 40 && new FileInfo(path).LinkTarget is { } target; step++)
        {
            path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
            yield return path;
        }
    }

    private static bool IsInput(string relative) => !Ignored.Contains(relative.Split('/')[0]);

    private static bool IsBelow(string path, string folder) => path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Now(HarborContext context) => context.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
