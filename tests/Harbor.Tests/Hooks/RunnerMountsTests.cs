using Harbor.Runners;

namespace Harbor.Tests.Hooks;

public sealed class RunnerMountsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Mounted => $"::/:{_folder["project"]}:{_folder["shared"]}:";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_in_a_mounted_folder_is_the_machines_whether_it_is_there_or_not()
    {
        _folder.Write("shared/real.env", "");
        Directory.CreateDirectory(_folder["project/etc"]);
        File.CreateSymbolicLink(_folder["project/etc/a.env"], "../../shared/real.env");
        File.CreateSymbolicLink(_folder["project/etc/b.env"], "a.env");

        Assert.All(["project/x/y.env", "project", "shared/real.env", "project/etc/a.env", "project/etc/b.env"],
            name => Assert.Null(RunnerMounts.Refusal(_folder[name], Mounted)));
    }

    [Theory]
    [InlineData("elsewhere/file", "is outside", "elsewhere")]
    [InlineData("project2/file", "is outside", "project2")]
    [InlineData("project/../elsewhere/file", "leads to", "elsewhere")]
    [InlineData("project/link.env", "leads to", "elsewhere")]
    [InlineData("project/step.env", "leads to", "elsewhere")]
    [InlineData("project/folder/deep/x.env", "leads to", "elsewhere/deep")]
    public void Any_other_is_refused_with_its_folder(string name, string how, string folder)
    {
        Directory.CreateDirectory(_folder["project"]);
        File.CreateSymbolicLink(_folder["project/link.env"], _folder["elsewhere/file"]); // Which is not seen in a container.
        File.CreateSymbolicLink(_folder["project/step.env"], "link.env");
        File.CreateSymbolicLink(_folder["project/folder"], "../elsewhere");

        var refusal = RunnerMounts.Refusal(_folder[name], Mounted);
        Assert.StartsWith(how, refusal);
        Assert.EndsWith($"HARBOR_RUNNER_MOUNTS={_folder[folder]}", refusal);
    }

    [Fact]
    public void A_link_in_a_circle_is_no_file_elsewhere()
    {
        Directory.CreateDirectory(_folder["project"]);
        File.CreateSymbolicLink(_folder["project/a"], "b");
        File.CreateSymbolicLink(_folder["project/b"], "a");

        Assert.Null(RunnerMounts.Refusal(_folder["project/a"], Mounted));
    }
}
