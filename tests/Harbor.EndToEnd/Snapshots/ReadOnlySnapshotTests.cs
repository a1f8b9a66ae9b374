using Harbor.Snapshots;

namespace Harbor.EndToEnd.Snapshots;

/// <summary>What the program prints where it only looks: help, graph, selection, variables. Without an engine.</summary>
public sealed class ReadOnlySnapshotTests
{
    [Fact]
    public async Task Help_and_the_list_of_targets_read_as_accepted()
    {
        await using var transcript = new Transcript();

        await transcript.RunAsync("--help");
        await transcript.RunAsync("--help", "Deploy");
        await transcript.RunAsync("help", "destroy");
        await transcript.RunAsync("secrets", "set", "--help");
        await transcript.RunAsync("--description");
        await transcript.RunAsync("--version");
        await transcript.RunAsync();

        Snapshot.Match("help", transcript.ToString());
    }

    [Fact]
    public async Task The_graph_and_the_order_of_a_run_read_as_accepted()
    {
        await using var transcript = FullProject.New();

        await transcript.RunAsync("--tree", "--target=Deploy");
        await transcript.RunAsync("--tree", "--target=Deploy", "--skip-hooks");
        await transcript.RunAsync("--tree", "--target=Deploy", "--profile=small");
        await transcript.RunAsync("--tree", "--target=Destroy");
        await transcript.RunAsync("--tree", "--target=Plan", "--target=Env", "--target=Lint", "--target=Watch");
        await transcript.RunAsync("--dryrun", "--target=Deploy", "--parallel=1");
        await transcript.RunAsync("--dryrun", "--target=ComposeUp", "--exclusive");

        Snapshot.Match("graph", transcript.ToString());
    }

    [Fact]
    public async Task The_selection_of_compose_files_reads_as_accepted()
    {
        await using var transcript = FullProject.New();

        await transcript.RunAsync("--target=Source", "--skip-hooks", "--parallel=1");
        await transcript.RunAsync("--target=Source", "--skip-hooks", "--parallel=1", "--explain", "--profile=small");
        await transcript.RunAsync("--target=Source", "--skip-hooks", "--parallel=1", "--options=nothing", "--capabilities=nvidia");
        await transcript.RunAsync("--target=Source", "--skip-hooks", "--output=json", "--explain", "--services=worker", "--no-defaults");

        Snapshot.Match("source", transcript.ToString());
    }

    [Fact]
    public async Task The_variables_read_as_accepted()
    {
        await using var transcript = FullProject.New();

        await transcript.RunAsync("--target=Env", "--site=prod");
        await transcript.RunAsync("--target=Env", "--service=worker", "--set", "LEVEL=2");
        await transcript.RunAsync("--target=Env", "--key=POOL");
        await transcript.RunAsync("--target=Env", "--key=POOL", "--output=json");

        Snapshot.Match("env", transcript.ToString());
    }

    [Fact]
    public async Task What_Prepare_says_reads_as_accepted()
    {
        await using var transcript = FullProject.New();

        transcript.Title("the first time");
        await transcript.RunAsync("--target=Prepare", "--skip-hooks", "--parallel=1");
        transcript.Title("nothing changed");
        await transcript.RunAsync("--target=Prepare", "--skip-hooks", "--parallel=1");
        transcript.Title("one template changed, another is gone");
        transcript.Project.Write("stacks/web/templates/web.conf", "greeting {{GREETING}}, port {{PORT}}\n");
        File.Delete(transcript.Project.PathOf("stacks/worker/templates/conf.d/worker.conf"));
        await transcript.RunAsync("--target=Prepare", "--skip-hooks", "--parallel=1", "--output=json");
        await transcript.RunAsync("--target=Prepare", "--skip-hooks", "--parallel=1", "--verbosity=Quiet");

        Snapshot.Match("prepare", transcript.ToString());
    }

    [Fact]
    public async Task What_Lint_says_reads_as_accepted()
    {
        await using var transcript = FullProject.New();
        await new Processes.Command(TestScope.New(), "git", ["init", "-q", transcript.Project.Root]).RunAsync(CancellationToken.None);
        transcript.Project.Write(".gitignore", "/etc/secrets.env\n/var/\n/home/\n");
        transcript.Project.Write("stacks/web/templates/web.conf", "greeting {{GREETNIG}}\n");
        transcript.Project.Write("stacks/wbe/templates/x.conf", "x\n");
        await new Processes.Command(TestScope.New(), "git", ["-C", transcript.Project.Root, "add", "."]).RunAsync(CancellationToken.None);

        await transcript.RunAsync("--target=Lint", "--parallel=1");
        await transcript.RunAsync("--target=Lint", "--parallel=1", "--output=json");

        Snapshot.Match("lint", transcript.ToString());
    }
}
