namespace Harbor.Pipeline.Evaluation;

/// <summary>
/// Compiles the server, or a program for it, into a folder, unless the folder has it: an older one is never run in its place.
/// </summary>
internal static class ServerPublish
{
    public const string Server = "src/Harbor.Server";
    private static readonly string[] Inputs = ["src", "global.json", "Directory.Build.props", "Directory.Packages.props"];

    /// <param name="kind">For the .NET that is installed, or with its own.</param>
    /// <returns>False if it is up to date.</returns>
    public static async Task<bool> EnsureAsync(
        HarborContext context, string folder, string kind, CancellationToken ct, string project = Server)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using var held = await LockAsync(folder + ".lock", ct); // Two runs at once compile once.
        if (!await IsStaleAsync(context, folder, ct, project))
        {
            return false;
        }

        using var compiling = context.Scope.Activities.Begin("the program of the evaluations", "compiling, a minute or two");
        var fresh = folder + ".new";
        Delete(fresh);
        Directory.CreateDirectory(fresh);
        await File.WriteAllTextAsync(Stamp(folder) + ".new", "", ct); // Before the compile: what changes during it is seen next time.
        var publish = ServerProgram.DotNet(context,
        [
            "publish", project, "--configuration", "Release", "--use-current-runtime", kind, "--output", fresh,
            "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false", "--verbosity", "quiet", "--nologo", "--tl:off",
        ]) with
        {
            WorkingDirectory = context.Repository,
        };
        await publish.RunAsync(ct);
        Delete(folder);
        Directory.Move(fresh, folder);
        File.Move(Stamp(folder) + ".new", Stamp(folder), overwrite: true);
        return true;
    }

    /// <summary>
    /// By the inodes' change times, as in build.sh: no tool can set them back, and a deleted file changes its folder's.
    /// </summary>
    public static async Task<bool> IsStaleAsync(HarborContext context, string folder, CancellationToken ct, string project = Server)
    {
        if (!Directory.Exists(folder) || !File.Exists(Stamp(folder)))
        {
            return true;
        }

        var find = context.Scope.Command("find", [.. Inputs, project, "-cnewer", Stamp(folder), "-print", "-quit"]) with
        {
            WorkingDirectory = context.Repository,
        };
        return (await find.RunAsync(ct)).Output.Length > 0;
    }

    /// <summary>Beside the folder: the image's context has the program alone.</summary>
    private static string Stamp(string folder) => folder + ".stamp";

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
