using System.Globalization;
using System.Text;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Compose;

/// <summary>
/// The Compose of this machine: the plugin of the docker command, else the standalone program. Deploy, Setup and the capability
/// <c>mdc</c> all go by it.
/// </summary>
/// <param name="Name"><c>docker compose</c> or <c>docker-compose</c>.</param>
/// <param name="Version">As Compose prints it: <c>2.26.1-4</c>, <c>v2.39.1-desktop.1</c>, <c>dev</c>.</param>
public sealed record ComposeProgram(string Name, string Version)
{
    private const string Plugin = "docker compose";
    private const string Standalone = "docker-compose";
    private static readonly Version Oldest = new(2, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Harbor needs Compose 2.</summary>
    public bool IsUsable => IsAtLeast(Version, Oldest);

    /// <summary>
    /// The first program that is new enough. Where there is none, one that is too old; null where there is no Compose at all.
    /// </summary>
    /// <param name="stateDirectory">Remembers the program there for as long as the files of docker and Compose stay the same, which saves a
    /// process. Null: nowhere.</param>
    public static async Task<ComposeProgram?> FindAsync(RunScope scope, string? stateDirectory, CancellationToken ct)
    {
        var cache = stateDirectory is null ? null : Path.Combine(stateDirectory, "compose-version");
        var files = Files(scope);
        if (cache is not null && Cached(cache, files) is { IsUsable: true } known)
        {
            return known;
        }

        ComposeProgram? old = null;
        foreach (var name in (string[])[Plugin, Standalone])
        {
            if (await AskAsync(scope, name, ct) is not { } found)
            {
                continue;
            }

            if (found.IsUsable)
            {
                Remember(cache, $"{files}{found.Name} {found.Version}");
                return found;
            }

            old = found;
        }

        return old;
    }

    /// <summary>
    /// A suffix after the number (-desktop.1, a distribution's) is ignored. A version without a number is a development build, which is
    /// new; an empty one means no Compose, and is never enough.
    /// </summary>
    public static bool IsAtLeast(string version, Version least)
    {
        var text = version.Trim().TrimStart('v');
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return text.Length > 0 && (!System.Version.TryParse(text[..end].TrimEnd('.'), out var number) || number >= least);
    }

    /// <summary>Null where the program is missing or does not know the question.</summary>
    private static async Task<ComposeProgram?> AskAsync(RunScope scope, string name, CancellationToken ct)
    {
        var words = name.Split(' ');
        if (scope.FindProgram(words[0]) is not { } file)
        {
            return null;
        }

        try
        {
            var result = await (scope.Command(file, [.. words[1..], "version", "--short"]) with { Timeout = Patience }).TryRunAsync(ct);
            return result.ExitCode == 0 && result.Output.Trim() is { Length: > 0 } version ? new ComposeProgram(name, version) : null;
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }

    /// <summary>
    /// One line for each of docker, its compose plugins, and docker-compose that exists: path, length, time of last change.
    /// </summary>
    private static string Files(RunScope scope)
    {
        var home = scope.Variables.GetValueOrDefault("DOCKER_CONFIG") is { Length: > 0 } config
            ? config
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        string[] folders =
        [
            Path.Combine(home, "cli-plugins"), "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins",
            "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins",
        ];
        var lines = new StringBuilder();
        foreach (var file in (IEnumerable<string?>)
            [scope.FindProgram("docker"), .. folders.Select(folder => Path.Combine(folder, Standalone)), scope.FindProgram(Standalone)])
        {
            Append(lines, file);
        }

        return lines.ToString();
    }

    private static void Append(StringBuilder lines, string? path)
    {
        if (path is not null && new FileInfo(path) is { Exists: true } file)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            file = file.Exists ? file : new FileInfo(RealPath.Find(path)); // .NET takes ../ of a link in /bin, itself a link, for /.
            lines.Append(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n");
        }
    }

    /// <summary>The last line is <c>docker compose 2.26.1-4</c>. An older Harbor wrote the version alone, which is not used.</summary>
    private static ComposeProgram? Cached(string cache, string files)
    {
        try
        {
            return File.Exists(cache) && File.ReadAllText(cache) is var text && text.StartsWith(files, StringComparison.Ordinal)
                && text[files.Length..].Trim() is var line && line.LastIndexOf(' ') is > 0 and var blank
                && line[..blank] is Plugin or Standalone
                ? new ComposeProgram(line[..blank], line[(blank + 1)..])
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remember(string? cache, string text)
    {
        try
        {
            if (cache is not null)
            {
                AtomicFile.Write(cache, text);
            }
        }
        catch (HarborException)
        {
            // Not fatal: where the folder can't be written, each run asks again.
        }
    }
}
