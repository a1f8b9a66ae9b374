using System.Text.Json.Nodes;
using Harbor.Server.Commands;
using Harbor.Server.Tasks;
using Harbor.Server.Tests.EngineBench;

namespace Harbor.Server.Tests.Tasks;

/// <summary>Four tasks of our own in the folders of Terminal-Bench and harbor-framework.</summary>
public sealed class TaskImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-tasks-").FullName;

    public static string Folders { get; } =
        Path.Combine(EngineBenchFolder.Repository, "tests", "Harbor.Server.Tests", "Tasks", "folders");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tasks_of_one_environment_share_a_deployment_with_a_seed_for_each()
    {
        var result = TaskImport.Run(Folders, _folder, isSealed: false, null);

        Assert.Equal(["lamp-colour-and-1-more", "tally"], result.Deployments.Select(deployment => deployment.Name));
        Assert.Equal([("lamp-colour", 0), ("lamp-on", 1)], result.Deployments[0].Tasks.Select(task => (task.Name, task.Seed)));
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "tasks.json")))!;
        var task = list["deployments"]![0]!["tasks"]![1]!;
        Assert.Equal("harbor/lamp-on", task["task"]!["task"]!.Text("name"));
        Assert.StartsWith("sha256:", task.Text("checksum"), StringComparison.Ordinal);
        var spec = SpecFile.Read(result.Deployments[0].Spec);
        Assert.Empty(spec.Validate());
        Assert.Equal((60L, 512L, "inference", "none"),
            (spec.Limits.TimeoutS, spec.Limits.MemoryMb, spec.Network, spec.VerifyNetwork));
    }

    [Fact]
    public async Task A_task_that_can_not_be_had_is_refused_by_name_with_every_reason_and_the_others_are_imported()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();

        var code = await HarborCommand.RunAsync(
            ["tasks", "import", Folders, "--to", _folder], output, error, TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        var refused = Assert.Single(error.ToString().Trim().Split('\n'));
        Assert.StartsWith("refused: two-engines: ", refused, StringComparison.Ordinal);
        foreach (var reason in (string[])["[[steps]] are not supported", "environment.gpus", "docker-compose.yaml has 2 services"])
        {
            Assert.Contains(reason, refused, StringComparison.Ordinal);
        }

        Assert.Contains("deployments upload --spec", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_whose_names_become_the_same_and_hold_quotes_are_two_deployments()
    {
        var from = Path.Combine(_folder, "from");
        string[] names = ["tally \"a\"", "tally 'a'"];
        foreach (var name in names)
        {
            FolderCopy.Copy(Path.Combine(Folders, "tally"), Path.Combine(from, name));
            File.AppendAllText(Path.Combine(from, name, "environment", "deliveries.txt"), name); // Another environment.
        }

        var result = TaskImport.Run(from, Path.Combine(_folder, "to"), isSealed: false, null);

        Assert.Equal(["tally-a-", "tally-a--2"], result.Deployments.Select(deployment => deployment.Name));
        Assert.Equal(names, result.Deployments.Select(deployment => deployment.Tasks[0].Name));
        Assert.All(result.Deployments, deployment => Assert.Empty(SpecFile.Read(deployment.Spec).Validate()));
        Assert.All(result.Deployments, deployment => Assert.DoesNotContain(deployment.Tasks[0].Name,
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(deployment.Spec)!, "context", TaskContext.Folder, "Dockerfile")),
            StringComparison.Ordinal));
    }

    [Fact]
    public void An_older_file_is_read_and_what_was_changed_or_not_known_is_said()
    {
        var task = TaskImport.Run(Path.Combine(Folders, "tally"), _folder, isSealed: false, null).Deployments[0];

        Assert.Equal(["agent.timeout_sec is raised from 10 to 30", "unknown key shelf"], task.Tasks[0].Notes.Order(StringComparer.Ordinal));
        var spec = SpecFile.Read(task.Spec);
        Assert.Equal((30L, 1024L, 2048L, 31L),
            (spec.Limits.TimeoutS, spec.Limits.MemoryMb, spec.Limits.DiskMb, spec.VerifyTimeoutS!.Value));
        Assert.Equal("crates", spec.EnvVars["UNIT"]);
    }

    [Theory]
    [InlineData("[environment]\ncpus = 16", "environment.cpus is 16: a sandbox may have at most 8")]
    [InlineData("[environment]\nmemory = \"much\"", "environment.memory must look like 4G")]
    [InlineData("[environment]\nos = \"windows\"", "only linux")]
    [InlineData("[[environment.mcp_servers]]\nname = \"m\"", "mcp_servers")]
    [InlineData("[environment]\nnetwork_mode = \"slow\"", "network_mode must be public, no-network or allowlist")]
    [InlineData("[agent]\ntimeout_sec = 7200", "agent.timeout_sec is 7200: a sandbox may have at most 3600")]
    [InlineData("[verifier]\nenv = { K = \"${OPENAI_API_KEY}\" }", "secrets do not enter sandboxes")]
    [InlineData("[verifier]\nenv = { K = \"${HARBOR_TEST_NOT_SET}\" }", "which is not set")]
    [InlineData("[verifier]\nenvironment_mode = \"separate\"", "an image of its own")]
    [InlineData("[agent]\nuser = \"a b\"", "must be a user's name")]
    [InlineData("[environment]\ncpus = [", "task.toml:2:")]
    public void A_reason_names_the_key(string toml, string reason)
    {
        var task = Path.Combine(_folder, "given", "odd");
        FolderCopy.Copy(Path.Combine(Folders, "lamp-on"), task);
        File.WriteAllText(Path.Combine(task, "task.toml"), toml);

        var result = TaskImport.Run(task, Path.Combine(_folder, "to"), isSealed: false, null);

        Assert.Empty(result.Deployments);
        Assert.Contains(Assert.Single(result.Refused).Reasons, found => found.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false, "full", "full")]
    [InlineData("", true, "inference", "none")]
    [InlineData("[environment]\nnetwork_mode = \"no-network\"\n[verifier]\nnetwork_mode = \"public\"", false, "inference", "full")]
    [InlineData("[environment]\nallow_internet = false\n[agent]\nnetwork_mode = \"allowlist\"\nallowed_hosts = [\"pypi.org\"]", false,
        "allowlist", "none")]
    [InlineData("[environment]\nallow_internet = false\n[verifier]\nnetwork_mode = \"allowlist\"\nallowed_hosts = [\"pypi.org\"]", false,
        "inference", "allowlist")]
    public void Networks_are_of_each_phase(string toml, bool isSealed, string agent, string verifier)
    {
        var task = Path.Combine(_folder, "given", "odd");
        FolderCopy.Copy(Path.Combine(Folders, "lamp-on"), task);
        File.WriteAllText(Path.Combine(task, "task.toml"), toml);

        var made = TaskImport.Run(task, Path.Combine(_folder, "to"), isSealed, null).Deployments[0];

        var spec = SpecFile.Read(made.Spec);
        Assert.Empty(spec.Validate());
        Assert.Equal((agent, verifier), (spec.Network, spec.VerifyNetwork));
    }

    [Fact]
    public void What_lies_there_is_replaced_only_if_an_import_made_it()
    {
        TaskImport.Run(Path.Combine(Folders, "tally"), _folder, isSealed: false, null);
        TaskImport.Run(Path.Combine(Folders, "tally"), _folder, isSealed: true, null);
        File.Delete(Path.Combine(_folder, "tally", TaskContext.Spec));

        var refused = Assert.Throws<UsageException>(() => TaskImport.Run(Path.Combine(Folders, "tally"), _folder, isSealed: true, null));

        Assert.Contains("no import made it", refused.Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => TaskImport.Run(_folder, _folder, isSealed: true, null));
    }
}
