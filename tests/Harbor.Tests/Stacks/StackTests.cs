using Harbor.Engines;
using Harbor.State;

namespace Harbor.Tests.Stacks;

[Trait("Category", "Engine")]
public sealed class StackTests
{
    private const string Sleeper =
        """command: [sleep, infinity], environment: { GREETING: "${GREETING}" }, volumes: ["./var/run/web/config:/config:ro"]""";

    [Fact]
    public async Task A_stack_is_planned_deployed_found_unchanged_and_changed_without_Cake()
    {
        await using var project = new StackProject(Sleeper);

        var plan = await project.PlanAsync();
        Assert.Equal(["nothing is deployed yet"], plan.Differences);
        Assert.Equal(["web: create: it is not there yet"], plan.Changes!.Plan.Changes.Select(change => change.ToString()));
        Assert.False(Directory.Exists(project.Paths.Var)); // A plan writes nothing.

        var first = await project.DeployAsync();
        Assert.True(first.Changed);
        Assert.Equal(ContainerState.Running, Assert.Single(first.Containers).State);
        Assert.Equal("greeting hello\n", File.ReadAllText(Path.Combine(project.Paths.Run, "web", "config", "web.conf")));

        var second = await project.DeployAsync();
        Assert.False(second.Changed);
        Assert.Null((await project.PlanAsync()).Changes);

        project.Write("etc/sys.env", "GREETING=good evening\n");
        plan = await project.PlanAsync();
        Assert.Equal(
            [$"web: recreate {project.Name}-web-1: environment GREETING changed; mounted var/run/web/config/web.conf changed"],
            plan.Changes!.Plan.Changes.Select(change => change.ToString()));
        Assert.NotEqual(second.Containers[0].Id, Assert.Single((await project.DeployAsync()).Containers).Id);
    }

    [Fact]
    public async Task What_was_deployed_is_destroyed_though_the_descriptor_is_broken_by_then()
    {
        await using var project = new StackProject(Sleeper);
        await project.DeployAsync();
        project.Write("etc/harbor.yaml", "version: [");

        Assert.True(await project.DestroyAsync());

        Assert.Empty(await project.Run.Engine.ContainersAsync(project.Name, TestContext.Current.CancellationToken));
        Assert.Null(DeployedStack.File(project.Paths).Read());
        var error = await Assert.ThrowsAsync<InvalidStackException>(() => project.DestroyAsync()); // Which stack, nobody knows any more.
        Assert.StartsWith("etc/harbor.yaml:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_projects_are_deployed_at_once_in_one_process_and_do_not_see_each_other()
    {
        await using var one = new StackProject(Sleeper);
        await using var other = new StackProject(Sleeper);
        other.Write("etc/sys.env", "GREETING=salut\n");

        var results = await Task.WhenAll(one.DeployAsync(), other.DeployAsync());

        Assert.Equal([$"{one.Name}-web-1", $"{other.Name}-web-1"], results.Select(result => Assert.Single(result.Containers).Name));
        Assert.NotEqual(one.Run.Scope.Id, other.Run.Scope.Id);
        var (secret, foreign) = (Secret(one), Secret(other));
        Assert.NotEqual(secret, foreign);

        // Each masks its own secret, and knows nothing of the other's.
        Assert.Equal($"*** {foreign}", one.Run.Scope.Redaction.Apply($"{secret} {foreign}"));
        Assert.Equal($"{secret} ***", other.Run.Scope.Redaction.Apply($"{secret} {foreign}"));
        Assert.All(one.Lines, line => Assert.DoesNotContain(other.Name, line));
    }

    private static string Secret(StackProject project) =>
        File.ReadAllText(Path.Combine(project.Paths.Root, "etc", "secrets.env")).Trim().Split('=', 2)[1].Trim('"', '\'');
}
