using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>Without an engine.</summary>
public sealed class LintTests
{
    private static string Token { get; } = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("token"u8))[..32];

    [Fact]
    public async Task A_stack_in_order_is_fine_and_what_its_parts_do_not_know_of_each_other_is_told()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        await project.ExpectAsync(0, "--target=Lint");

        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\nNOBODY=1\n");
        project.Write("stacks/web/templates/web.conf", "greeting {{GREETNIG}}\n");
        project.Write("stacks/worker/templates/nowhere.conf", "x\n");
        project.Write("stacks/wbe/templates/x.conf", "x\n");
        var result = await project.ExpectAsync(1, "--target=Lint");

        Assert.Contains("etc/sys.env:3: warning unused-variable", result.Output);
        Assert.Matches(
            "stacks/web/templates/web.conf:1: error undefined-variable [0-9a-f]{8} GREETNIG is not set in any layer. Did you mean " +
            "'GREETING'?",
            result.Output);
        Assert.Contains("stacks/worker/templates/nowhere.conf: warning template-without-reader", result.Output);
        Assert.Contains("stacks/wbe/templates/x.conf: warning template-without-reader", result.Output);
    }

    [Fact]
    public async Task Findings_are_listed_by_file_shortened_and_counted_by_rule()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\n" + string.Concat(Enumerable.Range(1, 14).Select(i => $"V{i}=1\n")));
        project.Write("stacks/wbe/templates/x.conf", "x\n");

        var result = await project.ExpectAsync(0, "--target=Lint");
        var all = await project.ExpectAsync(0, "--target=Lint", "--verbosity=Verbose");

        Assert.Equal(10, result.Output.Split("etc/sys.env:").Length - 2);
        Assert.Contains(
            "etc/sys.env: 4 more of unused-variable; --verbosity=Verbose lists them\n\nstacks/wbe/templates/x.conf: ", result.Output);
        Assert.Contains("\n\n14 unused-variable, 1 template-without-reader\n0 errors, ", result.Output);
        Assert.Contains("etc/sys.env:16: warning unused-variable", all.Output);
    }

    [Fact]
    public async Task A_variable_that_a_hook_reads_is_used()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\nHOOKED=1\nNOBODY=1\n");
        project.Replace(
            "etc/harbor.yaml", "source: {", "hooks: { post_service_up: [{ type: shell, run: 'echo $HOOKED', service: web }] }\nsource: {");

        var result = await project.ExpectAsync(0, "--target=Lint");
        var env = await project.ExpectAsync(0, "--target=Env", "--key=HOOKED");

        Assert.Contains("etc/sys.env:4: warning unused-variable", result.Output);
        Assert.Contains("0 errors, 1 warning", result.Output);
        Assert.Matches(@"HOOKED +all +1 +etc/sys\.env:3 +- +etc/harbor\.yaml:\d+\n", env.Output);
    }

    [Fact]
    public async Task A_compose_file_that_is_no_YAML_is_an_error_and_nothing_is_called_unused_for_it()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Replace("etc/stacks/compose.worker.yml", "    secrets: [password]", "    secrets: [password");

        var result = await project.ExpectAsync(1, "--target=Lint");

        Assert.Matches(@"etc/stacks/compose\.worker\.yml:\d+: error stack [0-9a-f]{8} Not valid YAML", result.Output);
        Assert.Contains("1 error, 0 warnings in ", result.Output);
    }

    [Fact]
    public async Task A_staged_secret_fails_the_run_until_the_list_made_of_its_output_allows_it()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/app.env", $"A=1\nAPI_TOKEN={Token}\n");
        await GitAsync(project, "add", "etc/app.env");

        var result = await project.ExpectAsync(1, "--target=Lint", "--output=json");

        Assert.DoesNotContain(Token, result.Output + result.Error);
        using var document = JsonDocument.Parse(result.Output);
        var finding = Assert.Single(document.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(("etc/app.env", 2, "plaintext-secret"),
            (finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32(), finding.GetProperty("rule").GetString()));
        project.Write("etc/lint-allow", $"{finding.GetProperty("allow")} of a test\n");
        await GitAsync(project, "add", "etc/lint-allow");
        await project.ExpectAsync(0, "--target=Lint");
    }

    [Fact]
    public async Task The_documented_hook_stops_a_commit_of_what_is_about_to_be_committed()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write(
            ".git/hooks/pre-commit",
            $"#!/bin/sh\ncd \"$(git rev-parse --show-toplevel)\"\nexec {Repository.Root}/build.sh --working=\"$PWD\" --target=Lint\n",
            (UnixFileMode)0b111_101_101);
        project.Write("etc/app.env", $"API_TOKEN={Token}\n");
        await GitAsync(project, "add", "-N", "etc/app.env");

        // -a: git prepares an index of its own for it.
        var refused = await Git(project, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "x")
            .TryRunAsync(CancellationToken.None);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("etc/app.env:1: error plaintext-secret", refused.Output + refused.Error);
        project.Write("etc/app.env", "LEVEL=1\n");
        await GitAsync(project, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "x");
    }

    [Fact]
    public async Task No_key_is_needed_and_secrets_that_are_in_no_clone_may_be_missing()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("home");
        var keygen = (await project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        project.Write(".sops.yaml",
            $"creation_rules:\n  - age: {keygen.Split('\n').Single(line => line.StartsWith("age1", StringComparison.Ordinal))}\n");
        await (project.Command("--target=SecretsEncrypt", "--file=etc/app.sops.env") with { Input = "FROM_SOPS=1\nNOBODY=1\n" })
            .RunAsync(TestContext.Current.CancellationToken);
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("another");
        project.Replace("etc/harbor.yaml", "source: { rules:", """
            prepare:
              env:
                sources:
                  - { type: sys, file: etc/sys.env }
                  - { type: sops, file: etc/app.sops.env }
                  - { type: secrets, file: etc/none.env, optional: true }
            source: { rules:
            """);
        project.Write("stacks/web/templates/web.conf", "{{GREETING}} {{FROM_SOPS}}\n");

        // The secrets of the small stack come from a file that isn't there.
        var alone = await project.ExpectAsync(1, "--target=Lint");
        project.Replace("etc/harbor.yaml", "etc/none.env, optional: true", "etc/none.env");
        var missing = await project.ExpectAsync(0, "--target=Lint");

        Assert.Matches("error undefined-variable [0-9a-f]{8} PASSWORD is not set in any layer", alone.Output);
        Assert.DoesNotContain("FROM_SOPS", alone.Output, StringComparison.Ordinal);
        Assert.Matches("etc/app.sops.env:2: warning unused-variable [0-9a-f]{8} NOBODY", alone.Output);
        Assert.Matches(
            "etc/none.env: warning undefined-variable [0-9a-f]{8} does not exist here, so undefined variables can't be found",
            missing.Output);
    }

    [Fact]
    public async Task An_encrypted_source_that_became_plain_and_a_key_file_that_others_can_read_are_errors()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/app.env", "GREETING=plain\n");
        await GitAsync(project, "add", "etc/app.env");
        project.Replace("etc/harbor.yaml", "source: { rules:", "prepare: { env: { sources: [{ type: sys, file: etc/sys.env }, { type: " +
            "secrets, file: etc/secrets.env }, { type: sops, file: ./etc/app.env }] } }\nsource: { rules:");
        project.Environment["XDG_CONFIG_HOME"] = project.PathOf("home");
        project.Write("home/sops/age/keys.txt", "x\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var result = await project.ExpectAsync(1, "--target=Lint");

        Assert.Matches("etc/app.env: error sops-unencrypted", result.Output);
        Assert.Matches("home/sops/age/keys.txt: error file-mode", result.Output);
        Assert.Contains("3 errors", result.Output + result.Error);
    }

    [Fact]
    public async Task A_project_that_is_a_folder_of_its_repository_is_told_what_was_not_searched()
    {
        await using var project = new TestProject("shop");
        await InitAsync(project);
        await GitAsync(project, "init", "-q", "..");

        var own = await project.ExpectAsync(0, "--target=Lint");
        Directory.Delete(project.PathOf(".git"), recursive: true);
        var folder = await project.ExpectAsync(0, "--target=Lint");

        Assert.DoesNotContain("of its repository", own.Output + own.Error);
        Assert.Contains("Only the folder shop/ of the repository was searched.", folder.Output + folder.Error);
    }

    [Fact]
    public async Task A_compose_file_that_can_not_be_read_hides_no_key()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/app.env", $"API_TOKEN={Token}\n");
        await GitAsync(project, "add", "etc/app.env");
        File.Delete(project.PathOf("etc/stacks/compose.web.yml"));
        File.CreateSymbolicLink(project.PathOf("etc/stacks/compose.web.yml"), "nowhere");

        var result = await project.ExpectAsync(1, "--target=Lint");

        Assert.Contains("etc/app.env:1: error plaintext-secret", result.Output);
        Assert.Matches("error stack [0-9a-f]{8} Could not find file .*compose.web.yml", result.Output);
    }

    [Fact]
    public async Task A_broken_descriptor_hides_no_key()
    {
        await using var project = new TestProject();
        await InitAsync(project);
        project.Write("etc/app.env", $"API_TOKEN={Token}\n");
        await GitAsync(project, "add", "etc/app.env");
        project.Replace("etc/harbor.yaml", "version: 1", "version: [");

        var result = await project.ExpectAsync(1, "--target=Lint");

        Assert.Contains("etc/app.env:1: error plaintext-secret", result.Output);
        Assert.Matches("etc/harbor.yaml:[0-9]+: error stack", result.Output);
    }

    private static async Task InitAsync(TestProject project)
    {
        await GitAsync(project, "init", "-q");
        project.Write(".gitignore", "var/\netc/secrets.env\n");
        await GitAsync(project, "add", ".");
    }

    private static Command Git(TestProject project, params string[] arguments) =>
        new(TestScope.New(), "git", arguments) { WorkingDirectory = project.Root, Environment = project.Environment };

    private static async Task GitAsync(TestProject project, params string[] arguments) =>
        await Git(project, arguments).RunAsync(CancellationToken.None);
}
