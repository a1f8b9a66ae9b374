using Harbor.Stacks;

namespace Harbor.Tests.Stacks;

/// <summary>A repository that has a compose file and no descriptor.</summary>
[Trait("Category", "Engine")]
public sealed class PlainComposeTests
{
    private const string Service = "image: 'debian:bookworm', init: true, stop_grace_period: 0s, command: [sleep, infinity]";

    [Fact]
    public async Task It_is_planned_deployed_and_found_unchanged_and_a_change_of_env_recreates_one_service()
    {
        await using var project = Project();

        Assert.Equal(
            ["cache", "db", "web"], (await project.PlanAsync()).Changes!.Plan.Changes.Select(change => change.Service).Order());
        var first = await project.DeployAsync();
        Assert.Equal(["cache", "db", "web"], first.Containers.Select(container => container.Service).Order());
        Assert.False((await project.DeployAsync()).Changed);

        var running = await RunningStack.FindAsync(project.Run, null, () => default, TestContext.Current.CancellationToken);
        Assert.Equal((project.Name, 3), (running.Project, running.Containers.Count));
        Assert.Empty(running.Drift);

        project.Write(".env", $"COMPOSE_PROJECT_NAME={project.Name}\nGREETING=good evening\n");
        Assert.Equal(
            [$"web: recreate {project.Name}-web-1: environment GREETING changed"],
            (await project.PlanAsync()).Changes!.Plan.Changes.Select(change => change.ToString()));
        Assert.Single((await project.DeployAsync()).Containers.Select(container => container.Id)
            .Except(first.Containers.Select(container => container.Id)));
        Assert.True(await project.DestroyAsync());
    }

    [Fact]
    public async Task A_plan_counts_new_variables_that_nothing_reads_and_a_list_of_variables_can_be_narrowed()
    {
        await using var project = Project();
        project.Write(".env", $"COMPOSE_PROJECT_NAME={project.Name}\nGREETING=hello\n"
            + string.Concat(Enumerable.Range(1, 30).Select(i => $"OTHER_{i}=value{i}\n")));

        var planned = await project.PlanAsync();
        var preview = StackPreview.Compare(project.Run, planned.Prepared, planned.Snapshot);

        Assert.Equal(31, preview.Variables!.Count);
        Assert.Equal(30, preview.Unread.Count);
        Assert.DoesNotContain("GREETING", preview.Unread);
        Assert.Equal(["GREETING"], Names(new VariableFilter(IsUsed: true, Text: null)));
        Assert.Equal(["OTHER_13"], Names(new VariableFilter(IsUsed: false, "other_13")));
        Assert.Equal(["OTHER_14"], Names(new VariableFilter(IsUsed: false, "value14")));

        IEnumerable<string> Names(VariableFilter filter) =>
            StackVariables.Find(project.Run.Scope, planned.Prepared.Merged.Selected, service: null, key: null, filter).Values
                .Where(value => value.Services.Count == 0 && value.Value.Origin.File is not null).Select(value => value.Name);
    }

    [Fact]
    public async Task One_service_is_deployed_with_what_it_needs_and_the_next_one_removes_none()
    {
        await using var project = Project();

        Assert.Equal(["db", "web"], await DeployAsync(project, "web"));
        Assert.Empty((await project.PlanAsync()).Changes?.Plan.Changes ?? []);
        await project.DeployAsync();
        Assert.False((await project.DeployAsync()).Changed);
        Assert.Equal(["cache", "db", "web"], await DeployAsync(project, "cache"));
        Assert.Equal(["cache", "db", "web"], await DeployAsync(project, "db"));
        Assert.Equal(["cache", "db", "web"], await DeployAsync(project));
        Assert.Equal(["cache", "db", "web"], await DeployAsync(project, "web"));
    }

    [Fact]
    public async Task A_profile_that_lists_services_of_the_base_removes_those_that_it_drops()
    {
        await using var project = Project();
        Describe("services: [web, cache]");
        Assert.Equal(["cache", "db", "web"], await DeployAsync(project));

        Describe("services: [cache]");
        var plan = (await project.PlanAsync()).Changes!.Plan;

        Assert.Equal(
            [
                $"db: remove {project.Name}-db-1: db is not selected any more",
                $"web: remove {project.Name}-web-1: web is not selected any more",
            ],
            plan.Changes.Select(change => change.ToString()).Order());
        Assert.Equal(["cache"], await DeployAsync(project));
        Assert.False((await project.DeployAsync()).Changed);

        void Describe(string profile) => project.Write("etc/harbor.yaml",
            $"version: 1\nname: {project.Name}\nsource: {{ directory: '.' }}\nprofiles: {{ default: {{ {profile} }} }}\n");
    }

    private static async Task<IEnumerable<string>> DeployAsync(StackProject project, params string[] services)
    {
        project.Options = new StackOptions { Services = services };
        return (await project.DeployAsync()).Containers.Select(container => container.Service).Order();
    }

    private static StackProject Project()
    {
        var project = new StackProject("");
        Directory.Delete(Path.Combine(project.Paths.Root, "etc"), recursive: true);
        Directory.Delete(project.Paths.Stacks, recursive: true);
        project.Write(".env", $"COMPOSE_PROJECT_NAME={project.Name}\nGREETING=hello\n");
        project.Write("docker-compose.yml", $$"""
            services:
              web: { {{Service}}, environment: { GREETING: "${GREETING}" }, depends_on: [db] }
              db: { {{Service}} }
            """);
        project.Write("docker-compose.override.yml", $"services: {{ cache: {{ {Service} }} }}\n");
        return project;
    }
}
