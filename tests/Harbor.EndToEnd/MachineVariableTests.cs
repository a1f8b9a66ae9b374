namespace Harbor.EndToEnd;

/// <summary>What Compose needs of this machine, and what a stack may see of it.</summary>
[Trait("Category", "Engine")]
public sealed class MachineVariableTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public MachineVariableTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        foreach (var name in (string[])["DOCKER_X", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "TMPDIR", "SSL_CERT_FILE", "BUILDKIT_X", "MYVAR"])
        {
            _project.Environment[name] = "/leak";
        }

        _project.Environment["TMPDIR"] = "/tmp";
        _project.Environment["DOCKER_HOST"] = "unix:///var/run/docker.sock";
        _project.Environment["HTTP_PROXY"] = "http://one:3128";
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Nothing_of_Harbors_process_reaches_a_container_neither_by_a_value_nor_by_a_name_alone()
    {
        Service("""
            environment:
                  DOCKER_HOST: ${DOCKER_HOST:-tcp://socket-proxy:2375}
                  A: "${DOCKER_X}${TMPDIR}${PATH}$$PATH"
                  CACHE: ${HOME}/cache
                  HTTP_PROXY:
                  SSH_AUTH_SOCK:
                  XDG_RUNTIME_DIR:
                  SSL_CERT_FILE:
                  BUILDKIT_X:
                  DOCKER_X:
                  TMPDIR:
                  MYVAR:
            """);

        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(
            ["A=$PATH", $"CACHE={_project.Environment["HOME"]}/cache", "DOCKER_HOST=tcp://socket-proxy:2375", "HTTP_PROXY=http://one:3128"],
            await VariablesAsync());
        Assert.Contains("up to date", (await _project.ExpectAsync(0, "--target=Deploy")).Output);
        _project.Environment["DOCKER_X"] = "/another";
        Assert.Contains("up to date", (await _project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    [Fact]
    public async Task Home_and_proxies_are_inputs_that_Plan_Env_and_Lint_know()
    {
        Service("environment: { CACHE: \"${HOME}/cache\", HTTP_PROXY: , NAME: \"${COMPOSE_PROJECT_NAME}\" }");
        await _project.ExpectAsync(0, "--target=Deploy");
        _project.Environment["HTTP_PROXY"] = "http://user:hidden-word@two:3128";

        var plan = await _project.ExpectAsync(10, "--target=Plan", "--exit-code");
        var env = await _project.ExpectAsync(0, "--target=Env");
        var lint = await _project.HarborAsync("--target=Lint");
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("environment HTTP_PROXY", plan.Output);
        Assert.Matches(@"HOME +compose files +/\S* +this machine +- +etc/stacks/compose\.web\.yml:7\n", env.Output);
        Assert.Matches(@"HTTP_PROXY +compose files +\*\*\* +this machine", env.Output);
        Assert.DoesNotContain("hidden-word", plan.Output + env.Output);
        Assert.DoesNotContain("undefined-variable", lint.Output);
        Assert.Contains("HTTP_PROXY=http://user:hidden-word@two:3128", await VariablesAsync());
    }

    [Fact]
    public async Task A_secret_is_not_made_from_a_variable_of_the_machine()
    {
        Service("secrets: [s]\nsecrets: { s: { environment: DOCKER_X } }");

        var refused = await _project.ExpectAsync(2, "--target=Deploy");

        Assert.Contains("The secret 's' is made from DOCKER_X, which is a variable of this machine and not of the stack.", refused.Error);
    }

    private async Task<IReadOnlyList<string>> VariablesAsync() =>
        [.. (await TestProject.DockerAsync("inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", $"{_project.Name}-web-1"))
            .Split('\n').Where(line => line.Contains('=') && !line.StartsWith("PATH=", StringComparison.Ordinal)).Order()];

    private void Service(string more) => _project.Write("etc/stacks/compose.web.yml", $"""
        services:
          web:
            image: debian:bookworm
            init: true
            command: [sleep, "100000"]
            stop_grace_period: 0s
            {more}
        """);
}
