using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The commands on SOPS files as a team types them, without an engine.</summary>
public sealed class SecretsTests
{
    private const string File = "etc/app.sops.env";
    private const string Sentinel = "s3ntinel-sops-Jq7Xw2";

    [Fact]
    public async Task A_team_makes_a_key_encrypts_sets_edits_rotates_and_prepares_and_no_value_is_printed_but_by_decrypt()
    {
        await using var project = new TestProject();
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("home");
        project.Environment["EDITOR"] = "sed -i \"s/EDITED=no/EDITED=yes/\"";

        var keygen = (await project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        var recipient = Regex.Match(keygen, "^age1[0-9a-z]{58}$", RegexOptions.Multiline).Value;
        project.Write(".sops.yaml", $"creation_rules:\n  - age: {recipient}\n");

        var said = await RunAsync($"A={Sentinel}\nEDITED=no\n", "--target=SecretsEncrypt", $"--file={File}");
        said += await RunAsync(Sentinel + "-set\n", "--target=SecretsSet", $"--file={File}", "--key=NEW");
        said += await RunAsync("", "--target=SecretsEdit", $"--file={File}");
        said += await RunAsync("", "--target=SecretsRotate", $"--file={File}");
        said += await RunAsync("", "--target=SecretsUpdateKeys", $"--file={File}");
        Assert.DoesNotContain("ntinel", said + keygen + project.Read(File), StringComparison.Ordinal);
        Assert.DoesNotContain("AGE-SECRET-KEY", keygen, StringComparison.Ordinal);

        var decrypted = await project.Command("--target=SecretsDecrypt", $"--file={File}").RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"A={Sentinel}\nEDITED=yes\nNEW={Sentinel}-set\n", decrypted.Output);

        project.Replace("etc/harbor.yaml", "source: { rules:", $$"""
            prepare:
              env:
                sources:
                  - { type: secrets, file: etc/secrets.env }
                  - { type: sops, file: {{File}} }
            source: { rules:
            """);
        project.Write("stacks/web/templates/web.conf", "{{A}} {{NEW}}\n");
        var prepare = await project.ExpectAsync(0, "--target=Prepare");
        Assert.Equal($"{Sentinel} {Sentinel}-set\n", project.Read("var/run/web/config/web.conf"));
        Assert.DoesNotContain("ntinel", prepare.Output + prepare.Error, StringComparison.Ordinal);

        async Task<string> RunAsync(string input, params string[] args)
        {
            var result = await (project.Command(args) with { Input = input }).RunAsync(TestContext.Current.CancellationToken);
            return result.Output + result.Error;
        }
    }

    [Theory]
    [InlineData("-TERM", 143)]
    [InlineData("-HUP", 129)]
    [InlineData("-INT", 130)]
    public async Task A_signal_while_the_editor_is_open_ends_it_and_removes_what_it_was_given(string signal, int exitCode)
    {
        await using var project = new TestProject();
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("home");
        project.Environment["EDITOR"] = project.PathOf("editor");
        project.Write("editor", "#!/bin/sh\ntrap '' HUP INT\ncat \"$1\" >\"${0%/*}/read\"\nln -s \"$1\" \"${0%/*}/opened\"\nwhile :; do " +
            "sleep 1; done\n", (UnixFileMode)0b111_000_000);
        var keygen = (await project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        project.Write(".sops.yaml", $"creation_rules:\n  - age: {Regex.Match(keygen, "age1[0-9a-z]{58}").Value}\n");
        await (project.Command("--target=SecretsEncrypt", $"--file={File}") with { Input = $"A={Sentinel}\n" })
            .RunAsync(TestContext.Current.CancellationToken);
        var encrypted = project.Read(File);

        using var run = project.Start("--target=SecretsEdit", $"--file={File}");
        await TestProject.EventuallyAsync(() => Task.FromResult(System.IO.File.Exists(project.PathOf("opened"))));
        var opened = new FileInfo(project.PathOf("opened")).LinkTarget!;
        Assert.Equal($"A={Sentinel}\n", project.Read("read"));
        await TestProject.SendAsync(signal, run);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.False(Path.Exists(Path.GetDirectoryName(opened)), $"{opened} is still there.");
        Assert.Equal(
            "", (await new Command(TestScope.New(), "pgrep", "--full", project.PathOf("editor"))
            .TryRunAsync(TestContext.Current.CancellationToken)).Output);
        Assert.Equal(encrypted, project.Read(File));
        project.Environment["EDITOR"] = $"sed -i s/{Sentinel}/edited/";
        await project.ExpectAsync(0, "--target=SecretsEdit", $"--file={File}");
        Assert.Equal("A=edited\n", (await project.ExpectAsync(0, "--target=SecretsDecrypt", $"--file={File}")).Output);
    }

    [Theory]
    [InlineData("vi")]
    [InlineData("vim.tiny")]
    public async Task An_editor_of_vims_kind_leaves_no_traces_whatever_its_user_has_set(string editor)
    {
        Assert.SkipUnless(await IsVimAsync(editor), $"{editor} is not installed, or another editor.");
        await using var project = new TestProject();
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("config");
        project.Environment["HOME"] = project.PathOf("home");
        project.Write("home/.vimrc", "set undofile undodir=~ backup backupdir=~ directory=~ viminfo='100,n~/viminfo\n");
        project.Write("look", "#!/bin/sh\nls -A ~ >~/../seen\n", (UnixFileMode)0b111_000_000);
        project.Environment["EDITOR"] = $"{editor} -c %s/no/yes/ -c silent!!{project.PathOf("look")} -c wq";
        var keygen = (await project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        project.Write(".sops.yaml", $"creation_rules:\n  - age: {Regex.Match(keygen, "age1[0-9a-z]{58}").Value}\n");
        await (project.Command("--target=SecretsEncrypt", $"--file={File}") with { Input = "EDITED=no\n" })
            .RunAsync(TestContext.Current.CancellationToken);

        await project.ExpectAsync(0, "--target=SecretsEdit", $"--file={File}");

        Assert.Equal("EDITED=yes\n", (await project.ExpectAsync(0, "--target=SecretsDecrypt", $"--file={File}")).Output);
        Assert.Equal(".vimrc\n", project.Read("seen"));
        Assert.Equal([project.PathOf("home/.vimrc")], Directory.GetFileSystemEntries(project.PathOf("home")));
    }

    [Fact]
    public async Task A_vi_that_is_not_vim_gets_no_options_of_vim()
    {
        await using var project = new TestProject();
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("config");
        project.Environment["PATH"] = project.PathOf("bin") + ":" + project.Environment["PATH"];
        project.Write("bin/vi", "#!/bin/sh\n[ $# = 1 ] && sed -i s/no/yes/ \"$1\"\n", (UnixFileMode)0b111_000_000);
        project.Environment.Remove("EDITOR");
        project.Environment.Remove("VISUAL");
        var keygen = (await project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        project.Write(".sops.yaml", $"creation_rules:\n  - age: {Regex.Match(keygen, "age1[0-9a-z]{58}").Value}\n");
        await (project.Command("--target=SecretsEncrypt", $"--file={File}") with { Input = "EDITED=no\n" })
            .RunAsync(TestContext.Current.CancellationToken);

        await project.ExpectAsync(0, "--target=SecretsEdit", $"--file={File}");

        Assert.Equal("EDITED=yes\n", (await project.ExpectAsync(0, "--target=SecretsDecrypt", $"--file={File}")).Output);
    }

    [Fact]
    public async Task What_does_not_open_ends_with_2_and_nothing_on_standard_output()
    {
        await using var project = new TestProject();
        project.Write("plain.env", $"A={Sentinel}\n");

        string[][] refused =
        [
            ["--target=SecretsDecrypt"], ["--target=SecretsDecrypt", "--file=plain.env"], ["--target=SecretsDecrypt", "--file=missing.env"],
            ["--target=SecretsRotate", "--file=missing.env"], ["--target=SecretsUpdateKeys", "--file=plain.env"],
            ["--target=SecretsSet", "--file=plain.env", "--key=A"],
            ["--target=SecretsEncrypt", "--file=missing.env"], ["--target=SecretsKeygen", "--file=plain.env"], ["--target=SecretsEdit"],
        ];
        foreach (var args in refused)
        {
            var result = await project.ExpectAsync(2, args);
            Assert.Equal("", result.Output);
            Assert.DoesNotContain(Sentinel, result.Error, StringComparison.Ordinal);
        }

        foreach (var target in (string[])["SecretsEdit", "SecretsEncrypt", "SecretsKeygen"])
        {
            Assert.Contains("--file=new/ is a folder", (await project.ExpectAsync(2, $"--target={target}", "--file=new/"))
                .Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(project.PathOf("new")));
        }

        Assert.Contains("there is no .sops.yaml", (await project.ExpectAsync(2, "--target=SecretsEncrypt", "--file=plain.env"))
            .Error, StringComparison.Ordinal);
    }

    private static async Task<bool> IsVimAsync(string editor)
    {
        var paths = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        return Array.Exists(paths, path => System.IO.File.Exists(Path.Combine(path, editor)))
            && (await new Command(TestScope.New(), editor, "--version").TryRunAsync(TestContext.Current.CancellationToken))
                .Output.Contains("VIM ", StringComparison.OrdinalIgnoreCase);
    }
}
