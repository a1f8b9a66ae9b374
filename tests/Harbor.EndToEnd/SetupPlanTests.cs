using Harbor.Compose;
using Harbor.Engines;
using Harbor.Setup;

namespace Harbor.EndToEnd;

public sealed class SetupPlanTests
{
    private static readonly EngineState Nothing =
        new(Client: false, Engine: false, Compose: null, DaemonState.Silent, EngineEndpoint.Resolve(new Dictionary<string, string>()));
    private static readonly LinuxRelease Bookworm = new("debian", "Debian GNU/Linux 12 (bookworm)");

    // As `LC_ALL=C apt-cache policy` prints them, on a fresh Debian 12, Debian 13 and Ubuntu 24.04.
    private static readonly IReadOnlyDictionary<string, AptPackage> OnBookworm = Apt.ParsePolicy("""
        docker.io:
          Installed: (none)
          Candidate: 20.10.24+dfsg1-1+deb12u1+b6
          Version table:
             20.10.24+dfsg1-1+deb12u1+b6 500
                500 mirror bookworm/main amd64 Packages
        docker-compose:
          Installed: (none)
          Candidate: 1.29.2-3
          Version table:
             1.29.2-3 500
        """);

    private static readonly IReadOnlyDictionary<string, AptPackage> OnTrixie = Apt.ParsePolicy("""
        docker.io:
          Installed: (none)
          Candidate: 26.1.5+dfsg1-9+b11
        docker-cli:
          Installed: (none)
          Candidate: 26.1.5+dfsg1-9+b11
        docker-compose:
          Installed: (none)
          Candidate: 2.26.1-4
        """);

    private static readonly IReadOnlyDictionary<string, AptPackage> OnUbuntu = Apt.ParsePolicy("""
        docker.io:
          Installed: (none)
          Candidate: 27.5.1-0ubuntu3~24.04.2
        docker-compose:
          Installed: (none)
          Candidate: 1.29.2-6ubuntu1
        docker-compose-v2:
          Installed: (none)
          Candidate: 2.37.1+ds1-0ubuntu2~24.04.1
        """);

    [Fact]
    public void A_fresh_bookworm_gets_its_own_engine_and_a_fetched_compose()
    {
        var plan = EnginePlan.Make(Nothing, Bookworm, OnBookworm);

        Assert.Equal(["docker.io", "iptables", "mmdebstrap"], plan.Packages);
        Assert.True(plan.FetchesCompose);
    }

    [Fact]
    public void A_fresh_trixie_gets_all_from_its_own_release_and_the_client_by_name()
    {
        var plan = EnginePlan.Make(Nothing, new LinuxRelease("debian", "Debian GNU/Linux 13 (trixie)"), OnTrixie);

        Assert.Equal(["docker.io", "iptables", "mmdebstrap", "docker-cli", "docker-compose"], plan.Packages);
        Assert.False(plan.FetchesCompose);
    }

    [Fact]
    public void A_fresh_Ubuntu_gets_the_compose_package_of_its_second_version()
    {
        var plan = EnginePlan.Make(Nothing, new LinuxRelease("ubuntu", "Ubuntu 24.04.3 LTS"), OnUbuntu);

        Assert.Equal(["docker.io", "iptables", "mmdebstrap", "debian-archive-keyring", "docker-compose-v2"], plan.Packages);
        Assert.False(plan.FetchesCompose);
    }

    [Fact]
    public void A_client_with_compose_and_no_engine_gets_the_engine_only()
    {
        var plan = EnginePlan.Make(
            Nothing with { Client = true, Compose = new ComposeProgram("docker compose", "2.40.3") }, Bookworm, OnBookworm);

        Assert.Equal(["docker.io", "iptables", "mmdebstrap"], plan.Packages);
        Assert.False(plan.FetchesCompose);
    }

    [Fact]
    public void An_engine_of_another_origin_without_compose_gets_compose_only()
    {
        var plan = EnginePlan.Make(Nothing with { Client = true, Engine = true }, Bookworm, OnBookworm);

        Assert.Empty(plan.Packages);
        Assert.True(plan.FetchesCompose);
    }

    [Fact]
    public void An_engine_that_answers_from_elsewhere_is_not_installed_again() =>
        Assert.Empty(EnginePlan.Make(Complete("v2.39.1-desktop.1") with { Engine = false }, Bookworm, OnBookworm).Packages);

    private static EngineState Complete(string compose) => new(
        Client: true, Engine: true, new ComposeProgram("docker compose", compose), DaemonState.Answers, Nothing.Endpoint);

    [Fact]
    public void An_installed_compose_1_is_not_replaced()
    {
        var known = new Dictionary<string, AptPackage>(OnBookworm) { ["docker-compose"] = new("1.29.2-3", "1.29.2-3") };

        var error = Assert.Throws<HarborException>(() => EnginePlan.Make(Nothing, Bookworm, known));

        Assert.Contains("docker-compose 1.29.2-3 is installed", error.Message, StringComparison.Ordinal);
        Assert.Contains("sudo apt-get remove docker-compose", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_without_the_package_is_named()
    {
        var error = Assert.Throws<HarborException>(() => EnginePlan.Make(Nothing, new LinuxRelease("ubuntu", "Ubuntu 20.04"), OnBookworm));

        Assert.Contains("Ubuntu 20.04 has no package docker-compose-v2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.26.1-4", true)]
    [InlineData("v2.39.1-desktop.1", true)]
    [InlineData("5.0.1", true)]
    [InlineData("dev", true)]
    [InlineData("1.29.2", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Compose_serves_from_2_on(string? version, bool serves) =>
        Assert.Equal(
            serves, (Nothing with { Compose = version is null ? null : new ComposeProgram("docker compose", version) }).HasCompose);
}
