using Harbor.Compose;
using Harbor.Selection;

namespace Harbor.Tests.Selection;

public sealed class CapabilityDetectionTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("harbor-detection-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void Every_measured_host_has_the_measured_capabilities()
    {
        var hosts = MeasuredSelections.Detections().ToList();

        Assert.Equal(18, hosts.Count);
        Assert.All(hosts, test => Assert.Equal(test.Capabilities, CapabilityDetection.Detect(Facts(test.Host))));
    }

    [Theory]
    [InlineData("2.23.1", true)]
    [InlineData("v2.24.0-desktop.1", true)]
    [InlineData("2.26.1-4\n", true)]
    [InlineData("2.100.0", true)]
    [InlineData("5.0", true)]
    [InlineData("dev", true)]
    [InlineData("2.23.0+ds1-0ubuntu1", false)]
    [InlineData("2.9.9", false)]
    [InlineData("", false)]
    [InlineData(" \n", false)]
    public void Mdc_needs_compose_2_23_1(string version, bool expected) =>
        Assert.Equal(expected ? ["mdc"] : [], CapabilityDetection.Detect(new HostFacts { ComposeVersion = version }));

    [Fact]
    public async Task What_is_given_is_not_looked_for()
    {
        Assert.Empty(
            await CapabilityDetection.DetectAsync(TestScope.New(), CapabilityChoice.None, ["mdc"], _state, CancellationToken.None));
        Assert.Empty(
            await CapabilityDetection.DetectAsync(
            TestScope.New(), CapabilityChoice.Parse("mdc,auto"), ["mdc"], _state, CancellationToken.None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_state));
    }

    [Fact]
    public void The_choice_is_auto_none_or_a_list()
    {
        Assert.Equal(
            CapabilityChoice.Auto with { Given = [] }, CapabilityChoice.Parse("auto") with { Given = CapabilityChoice.Auto.Given });
        Assert.Equal((false, 0), (CapabilityChoice.Parse("none").Detect, CapabilityChoice.Parse("none").Given.Count));
        Assert.Equal(["nvidia", "cdi"], CapabilityChoice.Parse("nvidia, cdi").Given);
        Assert.False(CapabilityChoice.Parse("nvidia,cdi").Detect);
        Assert.Throws<InvalidStackException>(() => CapabilityChoice.Parse("none,nvidia"));
        Assert.Throws<InvalidStackException>(() => CapabilityChoice.Parse(""));
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Compose_is_asked_for_its_version_once()
    {
        var first = await ComposeProgram.FindAsync(TestScope.New(), _state, CancellationToken.None);
        var cache = Path.Combine(_state, "compose-version");
        File.WriteAllText(cache, File.ReadAllText(cache).Replace(first!.Version, "2.99.3", StringComparison.Ordinal));

        Assert.Matches(@"^v?\d+\.\d+", first.Version);
        Assert.Equal(
            first with { Version = "2.99.3" }, await ComposeProgram.FindAsync(TestScope.New(), _state, CancellationToken.None));

        File.WriteAllText(cache, $"/another/docker 1 1\n{first.Name} {first.Version}");

        Assert.Equal(first, await ComposeProgram.FindAsync(TestScope.New(), _state, CancellationToken.None));
    }

    private static HostFacts Facts(string host)
    {
        var words = host.Split(' ');
        return new HostFacts
        {
            NvidiaSmi = words.Contains("smi"),
            ContainerToolkit = words.Contains("ctk") || words.Contains("toolkit"),
            CdiFile = words.Any(word => word.StartsWith("cdi-", StringComparison.Ordinal)),
            Kfd = words.Contains("kfd"),
            RenderNode = words.Contains("render"),
            AmdgpuLoaded = words.Contains("lsmod"),
            ComposeVersion = words.FirstOrDefault(word => word.StartsWith("compose=", StringComparison.Ordinal))?["compose=".Length..]
            ?? "2.40.3",
        };
    }
}
