using Harbor.Engines;
using Harbor.Environments;
using Harbor.Planning;
using Harbor.Processes;
using Harbor.Readiness;
using Harbor.State;

namespace Harbor.Stacks;

/// <param name="Changed">False if everything already ran as deployed, so that nothing was changed.</param>
/// <param name="HooksPending">Whether hooks must see a change: this one, or an earlier one after which a hook failed.</param>
public sealed record DeployedResult(IReadOnlyList<EngineContainer> Containers, bool Changed, bool HooksPending);

/// <summary>
/// Carries out a plan: builds, creates, recreates, reloads, then waits until all services are ready. It saves its state before the first
/// change, so that Destroy can undo a Deploy that failed.
/// </summary>
public static class StackDeployer
{
    /// <summary>Set to <c>fail</c>, a Deploy fails that did not do what its plan said; else that is a warning.</summary>
    public const string PlanCheckVariable = "HARBOR_PLAN_CHECK";

    /// <param name="timeout">Time for the services to become ready, counted from the first container that is created or started.</param>
    /// <param name="progress">Called when a service's state changes.</param>
    /// <exception cref="ServiceFailedException">Lists all services that failed or were not ready in time, with reasons.</exception>
    /// <exception cref="HarborException">A build failed, or the state could not be saved.</exception>
    public static async Task<DeployedResult> DeployAsync(
        StackRun run, PlannedStack planned, TimeSpan timeout, Action<ServiceProgress> progress, CancellationToken ct)
    {
        var merged = planned.Prepared.Merged;
        if (planned.Changes is not { } changes)
        {
            WriteEnvironmentFile(merged, onlyIfMissing: true);
            return new DeployedResult(planned.Snapshot.Containers, Changed: false, planned.Snapshot.Saved!.HooksPending);
        }

        if (changes.Ports.Count > 0)
        {
            throw new HarborException(string.Join('\n', changes.Ports));
        }

        // Saved before the first change: Destroy needs the state, and IsFinished stays false until the end.
        var file = DeployedStack.File(run.Paths);
        var deployed = DeployedStacks.Begin(run, merged, planned.Snapshot.Saved, changes.Resources);
        RunEnvironmentFile.Remove(run.Paths);
        file.Write(deployed);
        ForgetReloads(run, changes);
        if (changes.Plan.ToBuild.Count > 0)
        {
            run.Output.Information($"Building {string.Join(", ", changes.Plan.ToBuild)}");
            await BuildAsync(run, changes, ct);
        }

        // Asked after the builds: a builder may have pulled them.
        var baseImages = await run.Engine.ImagesAsync(changes.Digests.Builds.BaseImages, ct);
        if (changes.Plan.ToBuild.Count > 0)
        {
            file.Write(deployed with { Builds = changes.Digests.Builds.Digests(baseImages) });
        }

        var options = new ReadinessOptions
        {
            Timeout = timeout,
            Replaced = changes.Plan.Replaced,
            Redaction = run.Scope.Redaction,
            Time = run.Scope.Time,
            Activities = run.Scope.Activities,
            OnChange = progress,
        };
        await using var watch = await ReadinessWatch.StartAsync(run.Engine, changes.Model, options, ct);
        var containers = await watch.UntilReadyAsync(new PlanExecution(run, changes, options).RunAsync, ct);

        WriteEnvironmentFile(merged, onlyIfMissing: false);
        deployed = DeployedStacks.Complete(
            run, planned, changes, deployed,
            await ContainerEdits.WithSettingsAsync(run.Engine, RunningCheck.Deployed(containers), ct), baseImages);
        SaveAll(() => DeployedStacks.WriteInputs(run, merged, changes.Digests), () => file.Write(deployed));
        ReportOutcome(run, changes, planned.Snapshot.Containers, containers);
        return new DeployedResult(containers, Changed: true, HooksPending: true);
    }

    /// <summary>
    /// Removes the saved reloads that this plan repeats. If the run is killed before them, the next Deploy reloads again.
    /// </summary>
    private static void ForgetReloads(StackRun run, StackChanges changes)
    {
        if (changes.Loaded.Without(changes.Plan) is var rest && rest.Count < changes.Loaded.Count)
        {
            LoadedFiles.File(run.Paths).Write(rest);
        }
    }

    /// <summary>
    /// Reports a wrong plan, which is a bug in Harbor, as a warning or, with <see cref="PlanCheckVariable"/>, as an error.
    /// </summary>
    private static void ReportOutcome(
        StackRun run, StackChanges changes, IReadOnlyList<EngineContainer> before, IReadOnlyList<EngineContainer> after)
    {
        var differences = PlanOutcome.Differences(changes.Plan, before, after);
        if (differences.Count == 0)
        {
            return;
        }

        var message =
            $"The Deploy differed from its plan. This is a bug in Harbor, please report it:\n  {string.Join("\n  ", differences)}";
        if (run.Scope.Variables.GetValueOrDefault(PlanCheckVariable) == "fail")
        {
            throw new HarborException(message);
        }

        run.Output.Warning(message);
    }

    private static async Task BuildAsync(StackRun run, StackChanges changes, CancellationToken ct)
    {
        try
        {
            foreach (var services in changes.Digests.Builds.Rounds(changes.Plan.ToBuild))
            {
                await changes.Tool.BuildAsync(changes.Project, services, line => ShowBuild(run.Output, line), ct);
            }
        }
        catch (CommandFailedException e) when (e.ErrorTail.Contains("debian:", StringComparison.Ordinal))
        {
            throw new HarborException(
                $"{e.Message}\nIf the base image can't be pulled, {run.Scope.HarborCommand} --target=BaseImage builds it from Debian's " +
                $"packages.",
                e);
        }
    }

    /// <summary>
    /// Prints only the steps of BuildKit's plain progress (<c>#7 [web 2/3] RUN ...</c>). The error of a failed build has its last lines.
    /// </summary>
    private static void ShowBuild(StackOutput output, string line)
    {
        if (line.StartsWith('#') && line.Contains(" [", StringComparison.Ordinal)
            && !line.Contains(" internal] ", StringComparison.Ordinal))
        {
            output.Line(line.Length > 120 ? $"{line[..117]}..." : line);
        }
        else
        {
            output.Debug(line);
        }
    }

    private static void WriteEnvironmentFile(MergedStack merged, bool onlyIfMissing)
    {
        if (merged.Descriptor.Deploy.EnvFile && !(onlyIfMissing && File.Exists(RunEnvironmentFile.PathIn(merged.Paths))))
        {
            RunEnvironmentFile.Write(merged.Paths, merged.Layered);
        }
    }

    /// <summary>Tries every write even if one fails, because each error tells how to restore its file.</summary>
    private static void SaveAll(params ReadOnlySpan<Action> writes)
    {
        var errors = new List<HarborException>();
        foreach (var write in writes)
        {
            try
            {
                write();
            }
            catch (HarborException e)
            {
                errors.Add(e);
            }
        }

        if (errors.Count > 0)
        {
            throw new HarborException(string.Join('\n', errors.Select(error => error.Message)), errors[0]);
        }
    }
}
