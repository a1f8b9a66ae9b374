namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class SecrecyTests
{
    [Fact]
    public async Task The_file_of_variables_is_there_only_when_asked_for_and_only_while_the_stack_runs_as_deployed()
    {
        await using var project = new TestProject();
        var file = project.PathOf("var/run/.secrets/.env.run");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.False(File.Exists(file));

        project.Replace("etc/harbor.yaml", "\ndeploy:\n", "\ndeploy:\n  envFile: true\n");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Contains($"PASSWORD=\"{TestProject.Secret}\"\n", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        File.Delete(file);
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.True(File.Exists(file));

        project.Replace("etc/stacks/compose.worker.yml", "[\"sleep\", \"100000\"]", "[\"sh\", \"-c\", \"exit 3\"]");
        await project.ExpectAsync(1, "--target=Deploy");
        Assert.False(File.Exists(file));

        project.Replace("etc/stacks/compose.worker.yml", "exit 3", "exec sleep 100000");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.True(File.Exists(file));
        project.Replace("etc/harbor.yaml", "cleanRun: true", "cleanRun: false");
        await project.ExpectAsync(0, "--target=Destroy");
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("on", null, false)]
    [InlineData("off", null, false)]
    [InlineData("off", "1", true)] // Whoever wants to debug may; and this shows that the test would see the socket.
    public async Task No_diagnostics_socket_through_which_the_memory_could_be_read_is_open_while_it_runs(
        string native, string? wanted, bool isOpen)
    {
        await using var project = new TestProject();
        project.Environment["HARBOR_NATIVE"] = native;
        project.Environment["TMPDIR"] = Directory.CreateDirectory(project.PathOf("temporary")).FullName;
        if (wanted is not null)
        {
            project.Environment["DOTNET_EnableDiagnostics"] = wanted;
        }

        using var run = project.Start("--target=Prepare");
        var seen = false;
        while (!run.HasExited)
        {
            seen |= Directory.EnumerateFiles(project.PathOf("temporary"), "dotnet-diagnostic-*").Any();
            await Task.Delay(5);
        }

        Assert.Equal((0, isOpen), (run.ExitCode, seen));
    }
}
