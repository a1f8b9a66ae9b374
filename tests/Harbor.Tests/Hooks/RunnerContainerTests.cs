using Harbor.Runners;
using Harbor.Tests.Journal;

namespace Harbor.Tests.Hooks;

public sealed class RunnerContainerTests
{
    [Fact]
    public void Values_are_in_the_environment_of_the_command_and_names_alone_among_its_arguments()
    {
        var command = new RunnerContainer(TestScope.New(), new ProjectPaths("/p"), "image",
            "name")
        { Environment = new Dictionary<string, string> { ["TOKEN"] = "s3cret" } }.Command();

        Assert.Equal("s3cret", command.Environment!["TOKEN"]);
        Assert.Equal("--env", command.Arguments[command.Arguments.ToList().IndexOf("TOKEN") - 1]);
        Assert.DoesNotContain(command.Arguments, argument => argument.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("var")]
    [InlineData("var/run")]
    public async Task A_project_whose_var_run_leads_elsewhere_is_refused(string link)
    {
        using var project = new Project();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(project.Root, link))!);
        File.CreateSymbolicLink(Path.Combine(project.Root, link), Path.GetTempPath());

        var error = await Assert.ThrowsAsync<HarborException>(
            () => new RunnerContainer(TestScope.New(), project.Paths, "image", "name").RunAsync(CancellationToken.None));

        Assert.StartsWith($"{link} is a symbolic link", error.Message);
    }

    [Fact]
    public void A_root_with_a_comma_or_a_quote_adds_no_option_to_the_mount()
    {
        var command = new RunnerContainer(TestScope.New(), new ProjectPaths("/a,target=/etc/\"b"), "image", "name").Command();

        Assert.Contains("type=bind,\"source=/a,target=/etc/\"\"b\",target=/work,readonly", command.Arguments);
        Assert.Equal("none", command.Arguments[command.Arguments.ToList().IndexOf("--network") + 1]);
    }
}
