using Harbor.Snapshots;

namespace Harbor.EndToEnd.Snapshots;

[Trait("Category", "Engine")]
public sealed class DeploySnapshotTests
{
    [Fact]
    public async Task What_Plan_Deploy_and_Destroy_say_reads_as_accepted()
    {
        await using var transcript = new Transcript();

        transcript.Title("the first deploy");
        await transcript.RunAsync("--target=Plan", "--exit-code");
        await transcript.RunAsync("--target=Deploy", "--parallel=1");
        transcript.Title("an unchanged deploy");
        await transcript.RunAsync("--target=Plan", "--exit-code");
        await transcript.RunAsync("--target=Deploy", "--parallel=1");
        await transcript.RunAsync("--target=Deploy", "--parallel=1", "--output=json");
        transcript.Title("destroy");
        await transcript.RunAsync("--target=Destroy", "--parallel=1");
        await transcript.RunAsync("--target=Destroy", "--parallel=1", "--volumes");

        Snapshot.Match("deploy", transcript.ToString());
    }

    [Fact]
    public async Task Each_kind_of_change_is_planned_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        var project = transcript.Project;
        await project.ExpectAsync(0, "--target=Deploy");

        transcript.Title("a variable changed");
        transcript.Write("etc/sys.env", "GREETING=hello\nLEVEL=2\n");
        await transcript.RunAsync("--target=Plan");
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\n");
        transcript.Title("a secret changed");
        project.Replace("etc/secrets.env", TestProject.Secret, "n3w-" + TestProject.Secret);
        await transcript.RunAsync("--target=Plan");
        project.Replace("etc/secrets.env", "n3w-", "");
        transcript.Title("a template changed");
        transcript.Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\nmore\n");
        await transcript.RunAsync("--target=Plan");
        await transcript.RunAsync("--target=Plan", "--output=json");
        project.Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\n");
        transcript.Title("keys of a compose file changed");
        project.Replace("etc/stacks/compose.web.yml", "init: true", "init: true\n    hostname: web\n    mem_limit: 64m");
        project.Replace("etc/stacks/compose.worker.yml", "inline one", "inline two");
        await transcript.RunAsync("--target=Plan");
        project.Replace("etc/stacks/compose.web.yml", "\n    hostname: web\n    mem_limit: 64m", "");
        project.Replace("etc/stacks/compose.worker.yml", "inline two", "inline one");
        transcript.Title("another image");
        await TestProject.DockerAsync("tag", "debian:bookworm", $"{project.Name}:other");
        project.Replace("etc/stacks/compose.web.yml", "debian:bookworm", $"{project.Name}:other");
        await transcript.RunAsync("--target=Plan");
        project.Replace("etc/stacks/compose.web.yml", $"{project.Name}:other", "debian:bookworm");
        await TestProject.DockerAsync("rmi", $"{project.Name}:other");
        transcript.Title("a service removed");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web, init]");
        await transcript.RunAsync("--target=Plan");
        project.Replace("etc/harbor.yaml", "[web, init]", "[web, worker, init]");
        transcript.Title("a container stopped, another one removed");
        await TestProject.DockerAsync("kill", $"{project.Name}-web-1");
        await TestProject.DockerAsync("rm", "--force", $"{project.Name}-worker-1");
        await transcript.RunAsync("--target=Plan", "--exit-code");
        await transcript.RunAsync("--target=Deploy", "--parallel=1");

        Snapshot.Match("plan", transcript.ToString());
    }

    /// <summary>Planned, and deployed without them: what runs in a hook is tested elsewhere.</summary>
    [Fact]
    public async Task Hooks_and_steps_of_a_plan_and_the_graph_of_a_Destroy_read_as_accepted()
    {
        await using var transcript = FullProject.New();

        await transcript.RunAsync("--target=Plan");
        await transcript.RunAsync("--target=Deploy", "--skip-hooks", "--parallel=1");
        await transcript.RunAsync("--tree", "--target=Destroy");
        await transcript.RunAsync("--target=Destroy", "--skip-hooks", "--parallel=1", "--volumes");

        Snapshot.Match("plan-hooks", transcript.ToString());
    }

    [Fact]
    public async Task A_service_that_fails_is_reported_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        transcript.Project.Replace(
            "etc/stacks/compose.worker.yml", "[\"sleep\", \"100000\"]", "[\"sh\", \"-c\", \"echo the disk is on fire; exit 3\"]");
        transcript.Project.Replace("etc/harbor.yaml", "[web, worker, init]", "[worker]");

        await transcript.RunAsync("--target=Deploy", "--parallel=1");

        Snapshot.Match("deploy-failed", transcript.ToString());
    }
}
