using Harbor.Engines;
using Harbor.Processes;
using Harbor.Setup;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class SetupEngineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_all_is_there_nothing_is_missing_and_nothing_is_installed()
    {
        var lines = new List<string>();

        await new EngineSetup(TestScope.New(), new ProjectPaths(Repository.Root), lines.Add).InstallAsync(Ct);

        Assert.Null(await EngineSetup.MissingMessageAsync(TestScope.New(), Ct));
        Assert.EndsWith("nothing to install.", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_image_that_is_there_is_up_to_date()
    {
        var lines = new List<string>();

        await new BaseImage(TestScope.New(), new ProjectPaths(Repository.Root), lines.Add)
            .EnsureAsync(["web", "cache", "db"], mayInstall: false, Ct);

        Assert.Equal("debian:bookworm: up to date", Assert.Single(lines));
    }

    [Fact(Timeout = 300_000)]
    public async Task The_commands_shown_for_bookworm_install_an_engine_and_compose_2_and_leave_apt_s_sources_alone()
    {
        var name = $"harbor-setup-{Guid.NewGuid():N}";
        await new Command(TestScope.New(), "docker", "run", "--detach", "--rm", "--name", name, "debian:bookworm", "sleep", "600")
            .RunAsync(TestContext.Current.CancellationToken);
        try
        {
            var release = LinuxRelease.Parse((await InAsync(name, "cat /etc/os-release")).Split('\n'));
            var nothing = new EngineState(
                Client: false, Engine: false, Compose: null, DaemonState.Silent, EngineEndpoint.Resolve(new Dictionary<string, string>()));
            await InAsync(name, "apt-get update");
            var before = await InAsync(name, "cat /etc/apt/sources.list; ls -R /etc/apt");
            var known = Apt.ParsePolicy(await InAsync(name, $"LC_ALL=C apt-cache policy {string.Join(' ', EnginePlan.Considered)}"));
            var sources =
                AptSource.Parse(
                await InAsync(
                name, "apt-get indextargets --format '$(REPO_URI)|$(CODENAME)|$(ORIGIN)|$(COMPONENT)' 'Created-By: Packages'"));

            var text = SetupAdvice.Packages(TestScope.New(), nothing, release, known, sources, Privilege.Root, canSetup: false);
            await InAsync(
                name, string.Join('\n', text.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Prepend("set -e")));

            Assert.StartsWith("2.26.1", await InAsync(name, "docker compose version --short"), StringComparison.Ordinal);
            Assert.StartsWith("Docker version 20.10", await InAsync(name, "dockerd --version"), StringComparison.Ordinal);
            Assert.Equal(before, await InAsync(name, "cat /etc/apt/sources.list; ls -R /etc/apt"));
            Assert.Contains("mmdebstrap", await InAsync(name, "mmdebstrap --version"), StringComparison.Ordinal);
        }
        finally
        {
            await new Command(TestScope.New(), "docker", "rm", "--force", name).TryRunAsync(CancellationToken.None);
        }
    }

    private static async Task<string> InAsync(string container, string script) =>
        (await new Command(TestScope.New(), "docker", "exec", container, "bash", "-c", script).RunAsync(Ct)).Output;
}
