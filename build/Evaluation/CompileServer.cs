using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

/// <summary>
/// The evaluations are a program of their own, since the server can't be native. It is compiled when it is first needed, and when one of
/// its sources has changed; an older one is never run in its place.
/// </summary>
[TaskName("CompileServer")]
[TaskDescription("Compiles the program of the evaluations.")]
public sealed class CompileServer : AsyncFrostingTask<HarborContext>
{
    private static readonly string[] Inputs = ["src", "global.json", "Directory.Build.props", "Directory.Packages.props"];

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var folder = Path.Combine(context.Repository, "var", "artifacts", "server");
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using var held = await LockAsync(folder + ".lock", ct); // Two runs at once compile once.
        if (!await IsStaleAsync(context, folder, ct))
        {
            context.UpToDate();
            return;
        }

        using var compiling = context.Scope.Activities.Begin("the program of the evaluations", "compiling, a minute or two");
        var fresh = folder + ".new";
        Delete(fresh);
        Directory.CreateDirectory(fresh);
        await File.WriteAllTextAsync(Path.Combine(fresh, "stamp"), "", ct); // Before the compile: what changes during it is seen next time.
        var publish = ServerProgram.DotNet(context,
        [
            "publish", "src/Harbor.Server", "--configuration", "Release", "--use-current-runtime", "--no-self-contained", "--output", fresh,
            "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false", "--verbosity", "quiet", "--nologo", "--tl:off",
        ]) with
        {
            WorkingDirectory = context.Repository,
        };
        await publish.RunAsync(ct);
        Delete(folder);
        Directory.Move(fresh, folder);
    }

    /// <summary>
    /// By the inodes' change times, as in build.sh: no tool can set them back, and a deleted file changes its folder's.
    /// </summary>
    private static async Task<bool> IsStaleAsync(HarborContext context, string folder, CancellationToken ct)
    {
        var stamp = Path.Combine(folder, "stamp");
        if (!File.Exists(stamp))
        {
            return true;
        }

        var find = context.Scope.Command("find", [.. Inputs, "-cnewer", stamp, "-print", "-quit"]) with
        {
            WorkingDirectory = context.Repository,
        };
        return (await find.RunAsync(ct)).Output.Length > 0;
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
            }
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
