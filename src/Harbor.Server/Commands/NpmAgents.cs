using System.Formats.Tar;
using System.Text.RegularExpressions;
using Harbor.Masking;
using Harbor.Processes;
using Harbor.Server.Builds;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Commands;

/// <summary>
/// Agents that are npm packages. They are installed on this machine, whose npm knows its registry, and given to the engine as images that
/// hold nothing else: a build inside the engine may reach no registry, and they are larger than a context may be.
/// </summary>
internal static partial class NpmAgents
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<string, string> Packages = new()
    {
        ["codex"] = "@openai/codex",
        ["opencode"] = "opencode-ai",
        ["claude_code"] = "@anthropic-ai/claude-code",
    };

    /// <summary>Makes the images <c>harbor.local/npm/AGENT:VERSION</c> that a Dockerfile names and the engine does not have.</summary>
    /// <param name="say">Gets a sentence for each.</param>
    public static async Task EnsureAsync(SandboxEngine engine, string dockerfile, Action<string> say, CancellationToken ct)
    {
        foreach (var name in BaseImages.Names(dockerfile))
        {
            if (Tag().Match(name) is { Success: true } tag && Packages.TryGetValue(tag.Groups[1].Value, out var package)
                && await engine.ImageIdAsync(name, ct) is null)
            {
                say($"Installing {package}@{tag.Groups[2].Value} from npm, once");
                await MakeAsync(engine, name, $"{package}@{tag.Groups[2].Value}", ct);
            }
        }
    }

    private static async Task MakeAsync(SandboxEngine engine, string image, string package, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("harbor-npm-").FullName;
        var archive = folder + ".tar";
        try
        {
            await InstallAsync(folder, package, ct);
            await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY node_modules /node_modules\n", ct);
            await using var context = File.Create(archive);
            await PackAsync(folder, context, ct);
            context.Position = 0;
            var build = new ImageBuild("Dockerfile", image, new Dictionary<string, string>()) { MemoryMb = 2048, Timeout = Limit };
            if (await engine.BuildAsync(build, context, _ => { }, ct) is { } failure)
            {
                throw new HarborException($"The image of {package} can't be made: {failure.Message}");
            }
        }
        finally
        {
            File.Delete(archive);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>All of it: the framework's own way leaves out names that begin with a dot, such as <c>.bin</c>.</summary>
    private static async Task PackAsync(string folder, Stream output, CancellationToken ct)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(next))
            {
                await tar.WriteEntryAsync(path, Path.GetRelativePath(folder, path), ct);
                if (File.GetAttributes(path) is var found && found.HasFlag(FileAttributes.Directory)
                    && !found.HasFlag(FileAttributes.ReparsePoint))
                {
                    folders.Push(path);
                }
            }
        }
    }

    private static async Task InstallAsync(string folder, string package, CancellationToken ct)
    {
        var scope = new RunScope(Path.GetFileName(folder), RunScope.ProcessVariables(), new Redaction(), TimeProvider.System);
        var npm = scope.FindProgram("npm") ?? throw new HarborException(
            $"The agent is {package} of npm, and there is no npm on PATH. Install it (Debian: apt-get install npm), then run this again.");
        // Its whole environment: that is where npm may be told of a registry, its certificates and a proxy.
        var install = scope.Command(npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", package) with
        {
            Environment = scope.Variables,
            WorkingDirectory = folder,
            Timeout = Limit,
        };
        try
        {
            await install.RunAsync(ct);
        }
        catch (CommandFailedException error)
        {
            throw new HarborException(error.Message, error);
        }
    }

    [GeneratedRegex(@"^harbor\.local/npm/([a-z_]+):(\d[A-Za-z0-9.+-]*)$")]
    private static partial Regex Tag();
}
