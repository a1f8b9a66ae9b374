using Harbor.Engines;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>What a Deploy does to the containers of one that was killed or failed.</summary>
public sealed class UnfinishedPlanTests : IDisposable
{
    private const string Job = "job: start p-job-1: one-shot; runs again because the stack changed";

    private readonly PlannedStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void What_never_started_is_recreated_and_Harbor_removes_it_so_that_its_label_can_stay()
    {
        _stack.Deploy();
        _stack.Replace("late", NeverStarted);

        var plan = _stack.Plan();

        Assert.Equal([Job, "late: recreate p-late-1: was created but never started"], plan.Changes.Select(change => change.ToString()));
        Assert.True(plan.NeedsUp);
        Assert.Equal(_stack.Project.Digests().Services["late"], plan.Stamps["late"]);
        Assert.True(InterruptedRecreate.IsUntrusted(_stack.Containers.Single(container => container.Service == "late"), plan.Stamps));
    }

    [Fact]
    public void One_that_took_another_s_place_has_its_volumes_so_Compose_recreates_it()
    {
        _stack.Deploy();
        _stack.Replace(
            "late", late =>
            NeverStarted(
            late) with
            { Labels = new Dictionary<string, string>(late.Labels) { ["com.docker.compose.replace"] = "p-late-1" } });

        var plan = _stack.Plan();

        Assert.Equal([Job, "late: recreate p-late-1: was created but never started"], plan.Changes.Select(change => change.ToString()));
        Assert.EndsWith(".nonce", plan.Stamps["late"]);
        Assert.False(InterruptedRecreate.IsUntrusted(_stack.Containers.Single(container => container.Service == "late"), plan.Stamps));
    }

    [Fact]
    public void A_replica_that_never_started_leaves_the_other_one_alone()
    {
        _stack.Project.Model["services"]!["late"]!["scale"] = 2;
        _stack.Deploy();
        _stack.Replace("late", NeverStarted);

        Assert.Equal([Job, "late: recreate p-late-1: was created but never started"], _stack.Changes());
    }

    [Fact]
    public void What_shares_with_one_that_never_started_follows_it_and_what_restarts_with_it_does_not_as_with_a_new_one()
    {
        _stack.Deploy();
        _stack.Replace("web", NeverStarted);

        Assert.Equal(
            [Job, "side: recreate p-side-1: shares namespaces or volumes with web, which is recreated",
            "web: recreate p-web-1: was created but never started"],
            _stack.Changes());
    }

    [Theory]
    [InlineData(ContainerState.Restarting, ContainerHealth.None, null, "restarts again and again")]
    [InlineData(ContainerState.Running, ContainerHealth.Unhealthy, null, "is unhealthy")]
    [InlineData(ContainerState.Exited, ContainerHealth.None, 1, "stopped (exit code 1)")]
    [InlineData(ContainerState.Dead, ContainerHealth.None, 137, "is dead")]
    public void What_is_not_well_behind_an_unfinished_Deploy_is_recreated_not_waited_for(
        ContainerState state, ContainerHealth health, int? exitCode, string why)
    {
        _stack.Deploy();
        _stack.IsUnfinished = true;
        _stack.Replace("late", late => late with { State = state, Health = health, ExitCode = exitCode });

        var plan = _stack.Plan();

        Assert.Equal([Job, $"late: recreate p-late-1: {why}; the last Deploy did not get to its end"],
            plan.Changes.Select(change => change.ToString()));
        Assert.EndsWith(".nonce", plan.Stamps["late"]);
        _stack.IsUnfinished = false;
        Assert.DoesNotContain(_stack.Plan().Changes, change => change is RecreateContainer);
    }

    [Fact]
    public void One_that_runs_for_a_moment_only_is_recreated_too_and_one_that_only_starts_is_waited_for()
    {
        _stack.Deploy();
        _stack.IsUnfinished = true;
        _stack.Replace("late", late => late with { Health = ContainerHealth.Starting });
        Assert.Equal(["late: wait p-late-1: is not healthy yet"], _stack.Changes());

        _stack.Looping.Add("late1");
        Assert.Equal([Job, "late: recreate p-late-1: restarts again and again; the last Deploy did not get to its end"], _stack.Changes());
    }

    private static EngineContainer NeverStarted(EngineContainer container) => container with { State = ContainerState.Created };
}
