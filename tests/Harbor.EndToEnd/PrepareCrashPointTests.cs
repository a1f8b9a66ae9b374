using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <summary>
/// Killed right after each single change that it makes to a file, whatever that is: the same command again leaves what an undisturbed run
/// leaves, and nothing more. Without an engine.
/// </summary>
public sealed partial class PrepareCrashPointTests
{
    private static readonly string[] Folders = ["etc", "var"];

    [Fact]
    public async Task Killed_after_any_change_to_a_file_it_is_completed_by_the_next()
    {
        await using var project = New();
        var prepare = project.Command("--target=Prepare");
        // Modes must not depend on it.
        prepare = prepare with
        {
            FileName = "sh",
            Arguments = ["-c", "umask 077; exec \"$@\"", "sh", prepare.FileName, .. prepare.Arguments]
        };
        await prepare.RunAsync(CancellationToken.None);
        var changed = new CrashPoints(project, prepare, kind => ChangeAsync(project, kind), () => Task.FromResult(FilesOf(project)));
        await changed.HoldAsync();

        // Of a first run, what is not the same.
        await new CrashPoints(
            project, prepare, _ => ForgetAsync(project), () => Task.FromResult(FilesOf(project)))
        { Passed = changed.Passed }.HoldAsync();
    }

    /// <summary>A new secret, a file more, one less and one that is another.</summary>
    private static Task ChangeAsync(TestProject project, int kind)
    {
        Directory.Delete(project.PathOf($"stacks/web/templates/kind-{1 - kind}"), recursive: true);
        project.Write($"stacks/web/templates/kind-{kind}/new.conf", "{{GREETING}}\n");
        project.Write("etc/sys.env", $"GREETING=of kind {kind}\nLEVEL=1\n");
        File.Delete(project.PathOf("etc/secrets.env"));
        return Task.CompletedTask;
    }

    private static Task ForgetAsync(TestProject project)
    {
        Directory.Delete(project.PathOf("var"), recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Every file and folder below etc and var but the history: path, mode and, where it is not made at random, content.</summary>
    internal static List<string> FilesOf(TestProject project)
    {
        var entries = Folders.SelectMany(
            folder => new DirectoryInfo(project.PathOf(folder)).EnumerateFileSystemInfos("*", SearchOption.AllDirectories));
        return [.. entries.Where(entry => !entry.FullName.Contains("/var/history", StringComparison.Ordinal))
            .Select(entry => string.Join(' ', Path.GetRelativePath(project.Root, entry.FullName),
                Convert.ToString((int)entry.UnixFileMode, 8), entry is FileInfo file ? Content(file) : ""))];
    }

    private static string Content(FileInfo file) =>
        file.Name is "key" ? $"{file.Length} bytes" : Random().Replace(File.ReadAllText(file.FullName), "RANDOM");

    private static TestProject New()
    {
        var project = new TestProject();
        project.Replace("etc/harbor.yaml", "source: {",
            "prepare: { env: { sources: [{ type: sys }, { type: secrets, optional: true, generate: [PASSWORD] }] } }\nsource: {");
        project.Write("stacks/web/templates/kind-1/new.conf", "{{GREETING}}\n");
        return project;
    }

    /// <summary>A secret that was made, and a fingerprint under the project's key.</summary>
    [GeneratedRegex("(?<=^PASSWORD=)[A-Za-z0-9]{32}|(?<=^harbor-rendered 1 )[0-9a-f]{64}", RegexOptions.Multiline)]
    private static partial Regex Random();
}
