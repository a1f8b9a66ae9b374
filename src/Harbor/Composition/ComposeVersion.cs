using System.Globalization;
using System.Text;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Composition;

/// <summary>The version of the compose that <c>docker compose</c> runs, remembered as long as the two programs stay the same files.</summary>
public static class ComposeVersion
{
    /// <summary>As compose prints it, for example <c>2.26.1-4</c>; empty where docker or its compose plugin is missing or does not answer.</summary>
    public static async Task<string> ReadAsync(string? stateDirectory, CancellationToken ct)
    {
        if (ProgramPath.Find("docker") is not { } docker)
        {
            return "";
        }

        if (stateDirectory is null)
        {
            return await AskAsync(docker, ct);
        }

        var cache = Path.Combine(stateDirectory, "compose-version");
        var programs = Programs(docker);
        if (Cached(cache, programs) is { } known)
        {
            return known;
        }

        var version = await AskAsync(docker, ct);
        if (version.Length > 0)
        {
            Remember(cache, programs + version);
        }

        return version;
    }

    /// <summary>
    /// What follows the number (-desktop.1, a distribution's suffix) is ignored. A version that is no number is a development build, and new; an empty one
    /// is no Compose, and never enough.
    /// </summary>
    public static bool IsAtLeast(string version, Version least)
    {
        var text = version.Trim().TrimStart('v');
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return text.Length > 0 && (!Version.TryParse(text[..end].TrimEnd('.'), out var number) || number >= least);
    }

    private static async Task<string> AskAsync(string docker, CancellationToken ct)
    {
        try
        {
            var result = await new Command(docker, "compose", "version", "--short") { Timeout = TimeSpan.FromSeconds(10) }.TryRunAsync(ct);
            return result.ExitCode == 0 ? result.Output.Trim() : "";
        }
        catch (CommandFailedException)
        {
            return "";
        }
    }

    /// <summary>One line for docker and one for each compose plugin there is: path, length and time of last change.</summary>
    private static string Programs(string docker)
    {
        var home = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } config
            ? config
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        string[] folders =
        [
            Path.Combine(home, "cli-plugins"), "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins",
            "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins",
        ];
        var lines = new StringBuilder();
        Append(lines, new FileInfo(docker));
        foreach (var folder in folders)
        {
            Append(lines, new FileInfo(Path.Combine(folder, "docker-compose")));
        }

        return lines.ToString();
    }

    private static void Append(StringBuilder lines, FileInfo file)
    {
        if (file.Exists)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            lines.Append(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n");
        }
    }

    private static string? Cached(string cache, string programs)
    {
        try
        {
            return File.Exists(cache) && File.ReadAllText(cache) is var text && text.StartsWith(programs, StringComparison.Ordinal)
                ? text[programs.Length..].Trim()
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remember(string cache, string text)
    {
        try
        {
            AtomicFile.Write(cache, text);
        }
        catch (DeploymentException)
        {
            // A folder that cannot be written costs a process each time; who has to write there says so.
        }
    }
}
