using Harbor.Environments;
using Harbor.Selection;
using Harbor.Setup;
using Harbor.Stacks.Checks;

namespace Harbor.Tests.Setup;

public sealed class DoctorCheckTests : IDisposable
{
    private readonly ProjectPaths _paths = new(Directory.CreateTempSubdirectory("harbor-doctor-").FullName);

    public void Dispose() => Directory.Delete(_paths.Root, recursive: true);

    [Theory]
    [InlineData("A=1\nB=2\nA=3\n", "f.env:3: A is set in line 1, too; the last line counts.")]
    [InlineData("ALONE\n", "f.env:1: ALONE has no '=', so it has no value here.")]
    [InlineData("P=pa$word\n", "f.env:1: $ in the value of P begins the name of a variable that the file does not set.")]
    [InlineData("A=1\r\n", "f.env has Windows line ends; a shell that reads it takes them for part of the values.")]
    [InlineData("A='open\n", "f.env:1:3: the value of A starts with ' and no ' ends it.")]
    public void A_trap_in_a_file_of_variables_is_named_with_its_line_and_never_with_its_value(string text, string expected)
    {
        File.WriteAllText(Path.Combine(_paths.Root, "f.env"), text);

        var found = Assert.Single(DotenvChecks.Run(_paths, [EnvironmentSource.InFile(LayerKind.Dotenv, "f.env")]));

        Assert.Equal(expected, found.Text);
        Assert.NotEqual(DiagnosisState.Ok, found.State);
        Assert.NotNull(found.Remedy);
    }

    [Theory]
    [InlineData("A=1\nB=${A}x\nC='$Z'\nD=5$\n")]
    [InlineData("")]
    public void What_is_no_trap_is_not_reported(string text)
    {
        File.WriteAllText(Path.Combine(_paths.Root, "f.env"), text);

        Assert.Equal(DiagnosisState.Ok, Assert.Single(
            DotenvChecks.Run(_paths, [EnvironmentSource.InFile(LayerKind.Dotenv, "f.env")])).State);
    }

    [Fact]
    public void An_env_file_that_no_layer_reads_is_named()
    {
        File.WriteAllText(Path.Combine(_paths.Root, ".env"), "A=1\n");

        Assert.Equal(".env is there, but no layer reads it.", Assert.Single(DotenvChecks.Run(_paths, EnvironmentSource.Defaults)).Text);
    }

    [Fact]
    public void A_key_that_others_can_read_is_an_error_and_can_be_fixed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        var file = Path.Combine(_paths.Root, "etc", "secrets.env");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "A=1\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        var nobody = new Dictionary<string, string>();

        var found = Assert.Single(KeyFileChecks.Run(_paths, EnvironmentSource.Defaults, nobody));
        found.Fix!();

        Assert.Equal((DiagnosisState.Error, "chmod 600 etc/secrets.env"), (found.State, found.Remedy));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(DiagnosisState.Ok, Assert.Single(KeyFileChecks.Run(_paths, EnvironmentSource.Defaults, nobody)).State);
    }

    [Fact]
    public void Temporary_files_of_killed_runs_are_found_and_can_be_removed()
    {
        Directory.CreateDirectory(_paths.State);
        var left = Path.Combine(_paths.State, $"x.json.1.{Guid.NewGuid():N}.tmp");
        File.WriteAllText(left, "");

        var found = Assert.Single(LeftoverChecks.Run(_paths));
        found.Fix!();

        Assert.Equal("1 temporary files of killed runs are in var.", found.Text);
        Assert.False(File.Exists(left));
    }

    [Theory]
    [InlineData("MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n", DiagnosisState.Ok)]
    [InlineData("MemTotal: 8000000 kB\nMemAvailable: 40000 kB\n", DiagnosisState.Warning)]
    public void Little_memory_is_a_warning(string meminfo, DiagnosisState state) =>
        Assert.Equal(state, Assert.Single(MachineChecks.Memory(meminfo)).State);

    [Fact]
    public void A_GPU_that_containers_can_not_use_is_a_warning_with_the_command()
    {
        var toolkit = Assert.Single(MachineChecks.Gpu(new HostFacts { NvidiaSmi = true }, engine: null));
        var runtime = Assert.Single(MachineChecks.Gpu(new HostFacts { NvidiaSmi = true, ContainerToolkit = true }, Facts(["runc"])));
        var fine = Assert.Single(MachineChecks.Gpu(new HostFacts { NvidiaSmi = true, ContainerToolkit = true }, Facts(["nvidia", "runc"])));

        Assert.Contains("nvidia-ctk runtime configure", toolkit.Remedy, StringComparison.Ordinal);
        Assert.Equal("The NVIDIA container toolkit is here, but the engine has no runtime nvidia.", runtime.Text);
        Assert.Equal((DiagnosisState.Ok, "nvidia"), (fine.State, fine.Text));
    }

    [Theory]
    [InlineData("{\"ServerVersion\":\"20.10.24\",\"DockerRootDir\":\"/d\",\"Runtimes\":{\"runc\":{}},\"MemTotal\":5}", "20.10.24")]
    [InlineData("{\"ServerErrors\":[\"permission denied\"]}", null)]
    [InlineData("no json", null)]
    public void The_engine_s_own_words_are_read(string json, string? version) => Assert.Equal(version, EngineFacts.Parse(json)?.Version);

    private static EngineFacts Facts(IReadOnlyList<string> runtimes) =>
        new("20.10.24", "/var/lib/docker", "overlay2", 0, null, runtimes, "runc", null, [], [], []);
}
