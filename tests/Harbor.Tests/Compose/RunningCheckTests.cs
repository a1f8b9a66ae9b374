using Harbor.Compose;
using Harbor.Engines;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

public sealed class RunningCheckTests
{
    private static readonly EngineContainer Web = new(
        "id1", "p-web-1", "web", 1, ContainerState.Running, ContainerHealth.Healthy, null, "web:1", "sha256:a",
        new Dictionary<string, string> { [ComposeTool.DigestLabel] = "d1" },
        [new PublishedPort("0.0.0.0", 8080, 80, "tcp"), new PublishedPort("::", 8080, 80, "tcp")])
    {
        Networks = ["p_default"],
    };

    private static readonly EngineContainer Job =
        Web with
        {
            Id = "id2",
            Name = "p-job-1",
            Service = "job",
            State = ContainerState.Exited,
            ExitCode = 0,
            Health = ContainerHealth.None
        };

    private static readonly Dictionary<string, string> Unedited = [];

    public static TheoryData<string, string> Differences => new()
    {
        { "gone", "web: container p-web-1 is gone" },
        { "renamed", "web: container p-web-1 is called odd" },
        { "digest", "web: was changed" },
        { "networks", "web: was connected or disconnected by hand: its networks are none; deployed with p_default" },
        { "image", "web: image web:1 changed" },
        { "stopped", "web: stopped (exit code 137)" },
        { "ended", "web: stopped (exit code 0)" },
        { "paused", "web: paused" },
        { "unhealthy", "web: unhealthy" },
        { "starting", "web: not healthy yet" },
    };

    [Fact]
    public void Nothing_is_different_where_all_runs_as_deployed() =>
        Assert.Empty(RunningCheck.Compare(RunningCheck.Deployed([Web, Job]), [Job, Web], Unedited));

    [Theory]
    [MemberData(nameof(Differences))]
    public void Each_difference_is_named_with_its_service(string what, string reason)
    {
        EngineContainer[] now = what switch
        {
            "gone" => [],
            "renamed" => [Web with { Name = "odd" }],
            "networks" => [Web with { Networks = [] }],
            "digest" => [Web with { Labels = new Dictionary<string, string>() }],
            "image" => [Web with { Image = "sha256:a" }],
            "stopped" => [Web with { State = ContainerState.Exited, ExitCode = 137 }],
            "ended" => [Web with { State = ContainerState.Exited, ExitCode = 0 }],
            "paused" => [Web with { State = ContainerState.Paused }],
            "unhealthy" => [Web with { Health = ContainerHealth.Unhealthy }],
            _ => [Web with { Health = ContainerHealth.Starting }],
        };

        Assert.Equal([reason], RunningCheck.Compare(RunningCheck.Deployed([Web]), now, Unedited));
    }

    [Fact]
    public void A_container_too_many_is_named() =>
        Assert.Equal(["web: container p-web-2 was not deployed by Harbor"],
            RunningCheck.Compare(RunningCheck.Deployed([Web]), [Web, Web with { Id = "id3", Name = "p-web-2" }], Unedited));

    [Fact]
    public void Addresses_are_the_published_ports_once_each_or_the_label()
    {
        var database =
            Web with
            {
                Ports = [new PublishedPort("127.0.0.1", 5432, 5432, "tcp"),
            new PublishedPort("::1", 9, 443, "tcp"), new PublishedPort("", 53, 53, "udp")]
            };
        var labelled = Web with { Labels = new Dictionary<string, string> { [Addresses.Label] = "https://chat.example.org" } };

        Assert.Equal(["http://localhost:8080"], Addresses.Find([Web, Web], "localhost"));
        Assert.Equal(["https://[::1]:9", "127.0.0.1:5432"], Addresses.Find([database], "localhost"));
        Assert.Equal(["https://chat.example.org"], Addresses.Find([labelled], "localhost"));
    }
}
