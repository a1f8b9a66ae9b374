using System.Globalization;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>strace lets a system call fail as a broken or full disk does: there is none such in CI. Without an engine.</summary>
public sealed class FailingDiskTests
{
    /// <summary>
    /// The first of these calls of a run fails, then the second of another run, and so on until a run has no more of them.
    /// </summary>
    [Theory]
    [InlineData("pwrite64", "EIO", "Input/output error")]
    [InlineData("pwrite64", "EDQUOT", "Disk quota exceeded")]
    [InlineData("fsync", "EIO", "Input/output error")]
    [InlineData("fsync", "ENOSPC", "No space left on device")]
    public async Task Whatever_a_disk_refuses_is_told_the_files_are_old_or_new_and_the_next_run_completes_them(
        string call, string error, string message)
    {
        await using var project = New();
        await project.ExpectAsync(0, "--target=Prepare");
        var (refused, wrong) = (new List<string>(), new List<string>());
        for (var number = 1; ; number++)
        {
            var before = Rendered(project);
            project.Write("etc/sys.env", $"GREETING=number-{number}\nLEVEL=1\n");
            File.Delete(project.PathOf("etc/secrets.env"));
            var (result, files) = await RunAsync(project, call, error, number);
            if (files.Count == 0)
            {
                break;
            }

            var (left, told) = (Rendered(project), result.Output + result.Error);
            await project.ExpectAsync(0, "--target=Prepare");
            var after = Rendered(project);
            refused.AddRange(files);
            wrong.AddRange(new[]
            {
                result.ExitCode == (files.TrueForAll(IsHistory) ? 0 : 1) ? "" : $"exit code {result.ExitCode}",
                told.Contains(message, StringComparison.Ordinal)
                && files.Exists(file => told.Contains(Named(file), StringComparison.Ordinal)) ? "" : "not told",
                left == before || left == after ? "" : $"left {left}",
                after == $"greeting number-{number}\nother number-{number}\n" ? "" : $"then {after}",
                string.Join(
                ' ', Directory.EnumerateFileSystemEntries(project.PathOf("var"), "*", SearchOption.AllDirectories)
                .Where(path => path.EndsWith(".tmp", StringComparison.Ordinal)
                || path.EndsWith(".staged", StringComparison.Ordinal) || path.EndsWith(".journal", StringComparison.Ordinal))),
            }.Where(what => what.Length > 0).Select(what => $"{string.Join(' ', files)}: {what}\n{told}"));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', refused));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(refused.Count > 2, string.Join('\n', refused));

        string Named(string file) => Path.GetRelativePath(project.Root, file).Split('/') switch
        {
            ["var", "run", ..] => "var/run",
            var path => string.Join('/', path).Split('.') is [var name, .., "tmp"] ? name : string.Join('/', path),
        };
    }

    /// <summary>A run that did all it should has not failed because nobody will be able to look it up.</summary>
    private static bool IsHistory(string file) => $"{file}/".Contains("/var/history/", StringComparison.Ordinal);

    private static string Rendered(TestProject project) =>
        project.Read("var/run/web/config/web.conf") + project.Read("var/run/web/config/other.conf");

    /// <returns>Also the files at which the call failed.</returns>
    private static async Task<(CommandResult Result, List<string> Refused)> RunAsync(
        TestProject project, string call, string error, int number)
    {
        Strace.SkipUnlessThere();
        var log = project.PathOf("trace");
        var prepare = project.Command("--target=Prepare");
        var result = await (prepare with
        {
            FileName = "strace",
            Arguments = ["-f", "--seccomp-bpf", "-y", "-s", "0", "-qqq", "-e", "signal=none", "-e",
            $"trace={call}", "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:error={error}:when={number}"),
            "-o", log, prepare.FileName, .. prepare.Arguments],
        }).TryRunAsync(CancellationToken.None);
        return (result,
            [.. File.ReadLines(log).Where(line => line.Contains("(INJECTED)", StringComparison.Ordinal))
            .Select(line => line.Split('<', '>')[1])]);
    }

    private static TestProject New()
    {
        var project = new TestProject();
        project.Replace("etc/harbor.yaml", "source: {",
            "prepare: { env: { sources: [{ type: sys }, { type: secrets, optional: true, generate: [PASSWORD] }] } }\nsource: {");
        project.Write("stacks/web/templates/other.conf", "other {{GREETING}}\n");
        return project;
    }
}
