namespace Harbor.EndToEnd;

/// <summary>Files outside of the project: the container sees those whose folder is named.</summary>
public sealed partial class RunnerTests
{
    [Fact]
    public async Task A_file_that_the_container_does_not_see_is_refused_and_seen_once_its_folder_is_named()
    {
        await using var project = await NewAsync();
        await using var outside = new TestProject();
        var secrets = outside.PathOf("own/secrets.env");
        outside.Write("own/site.env", "GREETING=of the site\n");
        File.CreateSymbolicLink(project.PathOf("etc/site.env"), outside.PathOf("own/site.env"));
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + $$"""

            prepare:
              env: { sources: [{ type: sys }, { type: site, optional: true },
                { type: secrets, file: "{{secrets}}", generate: [PASSWORD] }] }
            """);

        var refused = await project.ExpectAsync(2, "--target=Prepare");
        var keygen = await project.ExpectAsync(2, "--target=SecretsKeygen", $"--file={outside.PathOf("own/keys")}");
        project.Environment["XDG_CONFIG_HOME"] = outside.PathOf("missing");
        var usual = await project.ExpectAsync(2, "--target=SecretsKeygen");
        project.Environment["HARBOR_RUNNER_MOUNTS"] = "etc";
        var relative = await project.ExpectAsync(2, "--target=Source");

        Assert.Contains($"HARBOR_RUNNER_MOUNTS={outside.PathOf("own")}", refused.Error);
        Assert.Contains($"HARBOR_RUNNER_MOUNTS={outside.PathOf("own")}", keygen.Error);
        Assert.Contains($"{outside.PathOf("missing")}/sops/age/keys.txt", usual.Error);
        Assert.Contains("absolute paths of folders are expected", relative.Error);
        Assert.False(File.Exists(secrets));

        project.Environment["HARBOR_RUNNER_MOUNTS"] = $"{outside.PathOf("own")}:{project.Root}";
        await project.ExpectAsync(0, "--target=Prepare");
        var made = File.ReadAllText(secrets);
        Assert.Matches("^PASSWORD=.{32}\n$", made);
        Assert.Equal("greeting of the site\n", project.Read("var/run/web/config/web.conf"));
        await project.ExpectAsync(0, "--target=Prepare");
        Assert.Equal(made, File.ReadAllText(secrets));
        await project.ExpectAsync(0, "--target=SecretsKeygen", $"--file={outside.PathOf("own/keys")}");
        Assert.Contains("AGE-SECRET-KEY-", outside.Read("own/keys"));
    }

    [Theory]
    [InlineData("SOPS_AGE_KEY_FILE", "keys")]
    [InlineData("XDG_CONFIG_HOME", "")]
    public async Task Keys_outside_of_the_home_folder_are_seen_where_the_environment_says_so(string variable, string name)
    {
        await using var project = await NewAsync();
        await using var outside = new TestProject();
        var keys = outside.PathOf(name.Length > 0 ? name : "sops/age/keys.txt");
        project.Environment["HARBOR_RUNNER"] = "host";
        var made = await project.ExpectAsync(0, "--target=SecretsKeygen", $"--file={keys}");
        project.Write(".sops.yaml",
            $"creation_rules: [{{ age: {made.Output.Split('\n').Single(line => line.StartsWith("age1", StringComparison.Ordinal))} }}]\n");
        project.Write("etc/app.sops.env", "TOKEN=of the vault\n");
        await project.ExpectAsync(0, "--target=SecretsEncrypt", "--file=etc/app.sops.env");
        project.Environment["HARBOR_RUNNER"] = "container";
        project.Environment[variable] = name.Length > 0 ? keys : outside.Root;
        Assert.Contains("TOKEN=of the vault", (await project.ExpectAsync(0, "--target=SecretsDecrypt", "--file=etc/app.sops.env")).Output);
    }
}
