using Harbor.Compose;
using Harbor.Engines;
using Harbor.Setup;

namespace Harbor.EndToEnd;

public sealed class SetupTextTests
{
    private static readonly EngineState Nothing =
        new(Client: false, Engine: false, Compose: null, DaemonState.Silent, EngineEndpoint.Resolve(new Dictionary<string, string>()));
    private static readonly EngineEndpoint Remote =
        EngineEndpoint.Resolve(new Dictionary<string, string> { ["DOCKER_HOST"] = "tcp://10.0.0.9:2375" });

    private static readonly LinuxRelease Bookworm = new("debian", "Debian GNU/Linux 12 (bookworm)");
    private static readonly IReadOnlyList<AptSource> Sources = AptSource.Parse("""
        http://mirror.example/debian-security/|bookworm-security|Debian|main
        http://mirror.example/other/|bookworm|Example|main
        http://mirror.example/backports/|bookworm-backports|Debian|main
        http://mirror.example/debian/|bookworm-updates|Debian|main
        http://mirror.example/debian/|bookworm|Debian|contrib
        http://mirror.example/debian/|bookworm|Debian|main
        """);

    [Fact]
    public void Another_release_is_asked_of_the_mirrors_in_use() => Assert.Equal(
        [
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ trixie main",
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ trixie-updates main",
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian-security/ trixie-security main",
        ],
        AptSource.LinesFor("trixie", Sources));

    [Fact]
    public void A_missing_engine_is_named_with_the_commands_to_type()
    {
        var known = new Dictionary<string, AptPackage>
        {
            ["docker.io"] = new(null, "20.10.24"),
            ["docker-compose"] = new(null, "1.29.2-3")
        };

        var text = SetupAdvice.Packages(TestScope.New(), Nothing, Bookworm, known, Sources, Privilege.None, canSetup: true);

        const string install =
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get --quiet -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends";
        const string fetch = "env DEBIAN_FRONTEND=noninteractive apt-get --quiet -o Dir::Etc::SourceList=$PWD/source.list " +
            "-o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$PWD/lists -o Dir::Cache=$PWD/cache " +
            "-o Acquire::Languages=none -o APT::Sandbox::User=root";
        Assert.Equal($$"""
            No container engine is installed.
            The program docker is not installed.
            Docker Compose 2.x is not installed.

              ./build.sh --target=Setup

            installs and starts what is missing.
            By hand:

              sudo env DEBIAN_FRONTEND=noninteractive apt-get --quiet update
              {{install}} docker.io iptables mmdebstrap
              cd "$(mktemp --directory)" && mkdir -p lists/partial cache/archives/partial
              echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ trixie main' > source.list
              {{fetch}} update
              {{fetch}} download docker-compose=2.26.1*
              {{install}} ./docker-compose_*.deb
            """, text);
    }

    [Fact]
    public void Without_package_lists_the_first_command_fetches_them() =>
        Assert.EndsWith(
            "apt-get --quiet update",
            SetupAdvice.Packages(TestScope.New(), Nothing, Bookworm, new Dictionary<string, AptPackage>(),
            [], Privilege.Root, canSetup: true), StringComparison.Ordinal);

    [Fact]
    public void A_user_who_may_not_talk_to_the_engine_is_told_about_the_group()
    {
        var compose = new ComposeProgram("docker compose", "2.26.1");
        var forbidden = new EngineState(Client: true, Engine: true, compose, DaemonState.Forbidden, Nothing.Endpoint);

        var text = SetupAdvice.Other(TestScope.New(), forbidden, Bookworm, Privilege.Sudo, canSetup: true);

        Assert.StartsWith("The engine runs, but this user may not use it.", text, StringComparison.Ordinal);
        Assert.EndsWith($"sudo usermod --append --groups docker {Environment.UserName}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_engine_elsewhere_is_named_by_its_address() => Assert.StartsWith(
        "The engine at tcp://10.0.0.9:2375 (DOCKER_HOST) does not answer.",
        SetupAdvice.Other(
        TestScope.New(), Nothing with { Client = true, Compose = new ComposeProgram("docker compose", "2.26.1"), Endpoint = Remote },
        Bookworm, Privilege.Sudo, canSetup: true),
        StringComparison.Ordinal);

    [Fact]
    public void Other_systems_are_told_what_to_install()
    {
        Assert.Contains("Docker Desktop", SetupAdvice.Desktop(Nothing), StringComparison.Ordinal);
        Assert.Contains(
            "On Fedora Linux 43, install",
            SetupAdvice.Other(TestScope.New(), Nothing, LinuxRelease.Parse(["ID=fedora", "PRETTY_NAME=\"Fedora Linux 43\""]),
            Privilege.Sudo, canSetup: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failed to find iptables: exec: \"iptables\": executable file not found in $PATH", "apt-get install iptables")]
    [InlineData("failed to create NAT chain DOCKER: iptables failed: iptables -t nat -N DOCKER: Could not fetch rule set generation id: " +
        "Permission denied", "--privileged")]
    [InlineData("failed to start daemon: Devices cgroup isn't mounted", "control groups")]
    [InlineData("pid file found, ensure docker is not running or delete /var/run/docker.pid", "Another dockerd")]
    public void The_likely_cause_stands_behind_the_engine_s_own_words(string log, string cause) =>
        Assert.Contains(cause, EngineDaemon.Cause(log), StringComparison.Ordinal);

    [Fact]
    public void The_base_images_of_a_Dockerfile_are_found_in_every_form() => Assert.Equal(
        [new("debian:bookworm", "bookworm"), new("debian:trixie", "trixie"), new("debian:bookworm-slim", null),
        new DebianBase("debian:12", null)],
        DebianBase.Parse(
        ["# FROM debian:sid", "FROM debian:bookworm AS build", "from --platform=linux/amd64 debian:trixie",
        "FROM\tdebian:bookworm-slim", "FROM debian:12", "FROM build", "FROM nginx:1", "RUN echo FROM debian:buster"]));
}
