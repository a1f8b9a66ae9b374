using System.Text;
using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.Processes;
using Harbor.Tests.Journal;

namespace Harbor.Tests.Hooks;

public sealed class HookScriptTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("echo", "sh")]
    [InlineData("", "sh")]
    [InlineData("#!\necho", "sh")]
    [InlineData("#!/bin/bash\necho", "/bin/bash")]
    [InlineData("#! /bin/bash -e -u \r\necho", "/bin/bash|-e -u")]
    [InlineData("#!/usr/bin/env bash", "/usr/bin/env|bash")]
    [InlineData(" #!/bin/bash\necho", "sh")]
    public void The_first_line_says_what_runs_it(string script, string interpreter) =>
        Assert.Equal(interpreter, string.Join('|', HookScript.Interpreter(Encoding.UTF8.GetBytes(script))));

    [Fact]
    public async Task What_is_no_file_or_too_large_is_refused_without_being_opened()
    {
        await new Command(TestScope.New(), "mkfifo", Path.Combine(_project.Root, "fifo")).RunAsync(CancellationToken.None);
        Directory.CreateDirectory(Path.Combine(_project.Root, "folder"));
        File.CreateSymbolicLink(Path.Combine(_project.Root, "circle"), Path.Combine(_project.Root, "circle"));
        File.WriteAllBytes(Path.Combine(_project.Root, "large"), new byte[(1024 * 1024) + 1]);

        Assert.Contains("runs missing, which is missing.", Refusal("missing"));
        Assert.Contains("which is a folder.", Refusal("folder"));
        Assert.Contains("which is missing.", Refusal("circle"));
        Assert.Contains("which is a FIFO, socket or device.", Refusal("fifo"));
        Assert.Null(Refusal("var/run/web/config/made-later"));
        Assert.Contains(
            "which is larger than 1 MiB.", Assert.Throws<HarborException>(() => HookScript.Read(Hook("large"), _project.Paths)).Message);
        Assert.Contains("which is missing.",
            Assert.Throws<HarborException>(() => HookScript.Read(Hook("var/run/web/config/made-later"), _project.Paths)).Message);
    }

    [Theory]
    [InlineData("set -e\r\nfalse\r\n", true)]
    [InlineData("#!/bin/bash -e -u\r\necho\r\n", true)]
    [InlineData("#!/usr/bin/env bash\r\necho\r\n", true)]
    [InlineData("#!/usr/bin/env python3\r\nprint(1)\r\n", false)]
    [InlineData("printf 'a\rb'\n", false)]
    public void A_shell_script_with_Windows_line_ends_is_refused_with_the_command_that_mends_it(string script, bool isRefused)
    {
        foreach (var path in (string[])["hook", "var/run/web/config/hook"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_project.Root, path))!);
            File.WriteAllText(Path.Combine(_project.Root, path), script);
            var error = Record.Exception(() => HookScript.Read(Hook(path), _project.Paths));

            Assert.Equal(isRefused, error?.Message.Contains($"Type: sed -i 's/\\r$//' {path}", StringComparison.Ordinal) ?? false);
        }

        Assert.Equal(isRefused, Refusal("hook") is not null);
    }

    private string? Refusal(string path) => HookScript.FindProblem(Hook(path), _project.Paths)?.ToString();

    private static PlannedHook Hook(string path) =>
        new(new Hook(Location.Default, HookPoint.PreDeploy, "a", HookType.Shell) { Path = path }, null);
}
