using System.Text.Json;

namespace Harbor.EndToEnd;

/// <summary>Without an engine.</summary>
public sealed class EnvTests
{
    [Fact]
    public async Task Every_variable_is_listed_with_what_sets_it_and_who_reads_it_and_nothing_is_written()
    {
        await using var project = new TestProject();
        project.Write("etc/site.env", "GREETING=hi\n");

        var output = (await project.ExpectAsync(0, "--target=Env", "--set", "LEVEL=2")).Output;

        Assert.Matches(@"GREETING +all +hi +etc/site\.env:1 +hello \(etc/sys\.env:1\) +stacks/web/templates/web\.conf:1\n", output);
        Assert.Matches(@"LEVEL +all +2 +--set +1 \(etc/sys\.env:2\) +etc/stacks/compose\.worker\.yml:7\n", output);
        Assert.Matches(@"PASSWORD +all +\*\*\* +etc/secrets\.env:1 +- +etc/stacks/compose\.worker\.yml:14\n", output);
        Assert.DoesNotContain(TestProject.Secret, output);
        Assert.False(Directory.Exists(project.PathOf("var/run")));
        Assert.False(File.Exists(project.PathOf("var/state/run.lock")));
    }

    [Fact]
    public async Task A_program_gets_the_same_and_the_conflicts_of_services()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/service.env", "MODE=a\n");
        project.Write("stacks/worker/service.env", "\nMODE=b\n");

        using var document =
            JsonDocument.Parse((await project.ExpectAsync(0, "--target=Env", "--output=json", "--key=MODE", "--service=web")).Output);

        var variable = Assert.Single(document.RootElement.GetProperty("variables").EnumerateArray());
        Assert.Equal("a", variable.GetProperty("set").GetProperty("value").GetString());
        var conflict = Assert.Single(document.RootElement.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(
            ["web stacks/web/service.env:1", "worker stacks/worker/service.env:2"],
            conflict.GetProperty("values").EnumerateArray().Select(value => $"{value.GetProperty("service")} " +
            $"{value.GetProperty("set").GetProperty("file")}:{value.GetProperty("set").GetProperty("line")}"));
    }

    [Fact]
    public async Task What_a_services_override_names_is_for_that_service_alone()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/harbor.yaml", "prepare: { env: { sources: [{ type: dotenv, file: etc/webonly.env }] } }\n");
        project.Write("etc/webonly.env", "WEBONLY=1\n");
        project.Write("stacks/web/templates/web.conf", "{{WEBONLY}}\n");
        await project.ExpectAsync(0, "--target=Prepare");
        project.Write("stacks/worker/templates/worker.conf", "{{WEBONLY}}\n");

        var refused = await project.ExpectAsync(2, "--target=Prepare");
        var env = await project.ExpectAsync(0, "--target=Env", "--key=WEBONLY");

        Assert.Contains("stacks/worker/templates/worker.conf:1", refused.Error);
        Assert.Matches(@"WEBONLY +web +1 +etc/webonly\.env:1 ", env.Output);
    }

    [Fact]
    public async Task What_another_service_gives_to_Compose_is_shown_beside_what_the_service_sees()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/service.env", "LEVEL=2\nOWN=1\n");
        project.Replace("etc/stacks/compose.worker.yml", "${LEVEL}", "${LEVEL}${OWN}");

        var output = (await project.ExpectAsync(0, "--target=Env", "--service=worker")).Output;
        var one = (await project.ExpectAsync(0, "--target=Env", "--service=worker", "--key=OWN")).Output;
        using var document =
            JsonDocument.Parse((await project.ExpectAsync(0, "--target=Env", "--service=worker", "--key=LEVEL", "--output=json")).Output);

        Assert.Matches(@"LEVEL +init, worker +1 +etc/sys\.env:2 +- +nobody\n", output);
        Assert.Matches(
            @"LEVEL +web, compose files +2 +stacks/web/service\.env:1 +1 \(etc/sys\.env:2\) +etc/stacks/compose\.worker\.yml:7\n", output);
        Assert.DoesNotContain("OWN", output);
        Assert.DoesNotContain("web.conf", output);
        Assert.Matches(@"OWN +web +1 +stacks/web/service\.env:2 +- +etc/stacks/compose\.worker\.yml:7\n", one);
        Assert.Equal(
            ["1 False", "2 True"],
            document.RootElement.GetProperty("variables").EnumerateArray()
            .Select(variable => $"{variable.GetProperty("set").GetProperty("value")} {variable.GetProperty("compose")}").Order());
    }

    [Fact]
    public async Task A_conflict_names_the_line_that_asks_for_it_in_Env_and_in_Prepare()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/service.env", "POOL=8\n");
        project.Write("stacks/worker/service.env", "POOL=9\n");
        project.Replace("etc/stacks/compose.worker.yml", "${LEVEL}", "${POOL:-1}");

        var output = (await project.ExpectAsync(0, "--target=Env", "--key=POOL")).Output;
        var refused = await project.ExpectAsync(2, "--target=Prepare");

        Assert.Matches(@"POOL +web +8 .* etc/stacks/compose\.worker\.yml:7\n", output);
        Assert.Matches(@"POOL +worker +9 .* etc/stacks/compose\.worker\.yml:7\n", output);
        Assert.Contains(
            "POOL has different values for different services, so Compose gets none, but etc/stacks/compose.worker.yml:7 uses it:", output);
        Assert.Contains(
            "stacks/worker/service.env:1: POOL has another value in stacks/web/service.env:1, and etc/stacks/compose.worker.yml:7 uses it",
            refused.Error);
    }

    [Fact]
    public async Task A_profile_without_services_has_the_environment_that_all_share()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "default: { services: [web, worker, init] }", "default: {}");
        project.Write(
            "etc/stacks/compose.yml", "services: { web: { image: 'debian:bookworm', environment: { GREETING: '$GREETING' } } }\n");

        Assert.Matches(
            @"GREETING +all +hello +etc/sys\.env:1 +- +etc/stacks/compose\.yml:1\n", (await project.ExpectAsync(0, "--target=Env")).Output);
    }

    [Fact]
    public async Task A_secret_to_be_made_that_the_command_line_sets_is_shown_as_set_there()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "source: {", "prepare: { env: { sources: [{ type: secrets, generate: [TOKEN] }] } }\nsource: {");

        Assert.Matches(@"TOKEN +all +\*\*\* +--set +\*\*\* \(etc/secrets\.env\) ",
            (await project.ExpectAsync(0, "--target=Env", "--set=TOKEN=given-7Xq")).Output);
        Assert.Matches(
            @"TOKEN +all +\*\*\* +etc/secrets\.env \(generated by the first Prepare\)",
            (await project.ExpectAsync(0, "--target=Env")).Output);
    }

    [Theory]
    [InlineData("PASSWORD=variables\n", "variables")]
    [InlineData("PASSWORD='\"services\": [],'\n", "\"services\": [],")]
    [InlineData("PASSWORD=\"say \\\"no\\\"\\nto\\\\it\"\n", "say \"no\"\nto\\it")]
    public async Task A_document_stays_JSON_and_masked_whatever_a_secret_is(string secrets, string secret)
    {
        await using var project = new TestProject();
        project.Write("etc/secrets.env", secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        project.Write("etc/sys.env", $"GREETING=hello\nLEVEL=1\nNOTE='<{secret}>'\n");

        using var document = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Env", "--output=json")).Output);

        var values = document.RootElement.GetProperty("variables").EnumerateArray()
            .ToDictionary(variable => variable.GetProperty("name").GetString()!, variable => variable.GetProperty("set")
                .GetProperty("value").GetString());
        Assert.Equal(("***", "<***>"), (values["PASSWORD"], values["NOTE"]));
        Assert.Empty(document.RootElement.GetProperty("variables")[0].GetProperty("services").EnumerateArray());
    }

    [Fact]
    public async Task Two_documents_in_one_run_are_refused()
    {
        await using var project = new TestProject();

        var refused = await project.ExpectAsync(2, "--target=Source", "--target=env", "--output=json");

        Assert.StartsWith("{\n  \"error\": {\n    \"exitCode\": 2,", refused.Output);
        Assert.Contains("Source and Env have a document each, and a run prints one.", refused.Error);
    }

    [Theory]
    [InlineData("--service=wbe", "Did you mean 'web'?")]
    [InlineData("--key=GREETNIG", "Did you mean 'GREETING'?")]
    public async Task An_unknown_service_or_variable_is_refused_with_the_nearest_name(string argument, string expected)
    {
        await using var project = new TestProject();

        Assert.Contains(expected, (await project.ExpectAsync(2, "--target=Env", argument)).Error);
    }
}
