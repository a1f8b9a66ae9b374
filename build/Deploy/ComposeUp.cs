using Cake.Core.Diagnostics;
using Harbor.Build.Hooks;
using Harbor.Build.Plan;
using Harbor.Compose;
using Harbor.Composition;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Environments;
using Harbor.Journal;
using Harbor.Processes;
using Harbor.Secrets;

namespace Harbor.Build.Deploy;

/// <summary>What is deployed now.</summary>
/// <param name="Changed">False: everything ran as deployed already, and nothing was touched.</param>
/// <param name="HooksOwed">Hooks are told of a change: this one, or an earlier one after which they did not all pass.</param>
public sealed record DeployResult(IReadOnlyList<EngineContainer> Containers, bool Changed, bool HooksOwed);

/// <summary>
/// Brings the stack up and waits until it is ready; does nothing where everything given is as it was and everything runs as deployed.
/// That answer comes from the saved state and one question to the engine: Compose is not asked.
/// </summary>
internal sealed class ComposeUp(HarborContext context, Step step, Deployment? before, byte[] key)
{
    public static async Task RunAsync(HarborContext context, Step step, CancellationToken ct)
    {
        var before = context.Before.Saved;
        Decision.Refuse(context);
        var up = new ComposeUp(context, step, before, StateKey.Load(context.Paths));
        context.Deployed = await up.RunAsync(ct);
    }

    private async Task<DeployResult> RunAsync(CancellationToken ct)
    {
        var fingerprint = Fingerprint.Of(context, key);
        var changes = Decision.Differences(context, fingerprint, key, pending: null);
        if (changes.Count == 0)
        {
            var containers = context.Before.Containers;
            changes = RunningCheck.Compare(before!.Containers, containers, context.Before.Edited);
            if (changes.Count == 0)
            {
                KeepEnvironment(onlyIfMissing: true);
                context.UpToDate($"{containers.Count} containers run as deployed");
                return new DeployResult(containers, Changed: false, before!.HooksOwed);
            }
        }

        foreach (var change in changes)
        {
            context.Log.Information("changed: {0}", change);
        }

        return new DeployResult(await DeployAsync(fingerprint, ct), Changed: true, HooksOwed: true);
    }

    private async Task<IReadOnlyList<EngineContainer>> DeployAsync(string fingerprint, CancellationToken ct)
    {
        var given = context.ComposeProject();
        var project = given with { Files = MergedCompose.Reduce(context.Paths.State, given.Files) };
        var decision = await Decision.MakeAsync(context, project, key, pending: null, ct);
        var (plan, digests) = (decision.Plan, decision.Digests);
        foreach (var line in plan.ToBuild.Select(PlanText.Build).Concat(plan.Changes.Select(change => PlanText.Container(ContainerChangeDocument.Of(change)))))
        {
            context.Log.Information("{0}", line);
        }

        // From here on things change. Destroy must know of them, and until all is done the stack is not as deployed.
        var deployment = Started();
        RunEnvironmentFile.Remove(context.Paths);
        Deployment.File(context.Paths).Write(deployment);
        decision.WriteReloading(context);
        if (plan.ToBuild.Count > 0)
        {
            context.Log.Information("Building {0}", string.Join(", ", plan.ToBuild));
            await BuildAsync(decision.Tool, project, plan.ToBuild, ct);
            Deployment.File(context.Paths).Write(deployment with { Builds = digests.Builds });
        }

        var options = new ReadinessOptions { Timeout = step.Timeout ?? TimeSpan.FromMinutes(5), Redaction = Program.Redaction, OnChange = Show };
        var containers = await Readiness.WaitAsync(context.Engine, decision.Model, [], stop => ChangeAsync(decision, project, options, stop), options, ct);
        KeepEnvironment(onlyIfMissing: false);
        deployment = deployment with
        {
            Fingerprint = decision.Files.IsComplete ? fingerprint : null, // Null: only Compose knows whether anything changed.
            Inputs = Together(decision.FileStates, digests.Inputs),
            Builds = digests.Builds,
            HooksOwed = HookTasks.AreBehindUp(context),
            Containers = await ContainerEdits.WithSettingsAsync(context.Engine, RunningCheck.Deployed(containers), ct),
        };
        Save(() => decision.WriteInputs(context, key), () => Deployment.File(context.Paths).Write(deployment));
        return containers;
    }

    private async Task ChangeAsync(Decision decision, ComposeProject project, ReadinessOptions options, CancellationToken ct)
    {
        await decision.Plan.CarryOutAsync(
            context.Engine,
            project.Name,
            async again =>
            {
                foreach (var services in decision.Tool.DragsDependents && decision.Plan.Rounds.Count > 0 ? decision.Plan.Rounds : [[]])
                {
                    await decision.Tool.UpAsync(project, services, decision.Plan.Stamps, line => context.Log.Debug("{0}", line), again);
                }
            },
            context.Say,
            ct);
        await decision.Plan.ReloadAsync(context.Engine, project.Name, options, context.Say, ct);
        await decision.WriteLoadedAsync(context, ct);
    }

    /// <summary>Where one can't be written the other is tried too: each error says how its file is put back.</summary>
    private static void Save(params ReadOnlySpan<Action> writes)
    {
        var errors = new List<DeploymentException>();
        foreach (var write in writes)
        {
            try
            {
                write();
            }
            catch (DeploymentException e)
            {
                errors.Add(e);
            }
        }

        if (errors.Count > 0)
        {
            throw new DeploymentException(string.Join('\n', errors.Select(error => error.Message)), errors[0]);
        }
    }

    private void KeepEnvironment(bool onlyIfMissing)
    {
        if (context.Stack.Descriptor.Deploy.EnvFile && !(onlyIfMissing && File.Exists(RunEnvironmentFile.PathIn(context.Paths))))
        {
            RunEnvironmentFile.Write(context.Paths, context.Merged.Compose);
        }
    }

    private async Task BuildAsync(ComposeTool tool, ComposeProject project, IReadOnlyList<string> services, CancellationToken ct)
    {
        try
        {
            await tool.BuildAsync(project, services, ShowBuild, ct);
        }
        catch (CommandFailedException e) when (e.ErrorTail.Contains("debian:", StringComparison.Ordinal))
        {
            throw new DeploymentException($"{e.Message}\nIf it is the base image that can't be pulled: ./build.sh --target=BaseImage makes it from Debian's packages.", e);
        }
    }

    /// <summary>Of BuildKit's plain progress, the steps (<c>#7 [web 2/3] RUN ...</c>); a failed build's last lines are in its error.</summary>
    private void ShowBuild(string line)
    {
        if (line.StartsWith('#') && line.Contains(" [", StringComparison.Ordinal) && !line.Contains(" internal] ", StringComparison.Ordinal))
        {
            context.Say(line.Length > 120 ? $"{line[..117]}..." : line);
        }
        else
        {
            context.Log.Debug("{0}", line);
        }
    }

    private Deployment Started()
    {
        var destroy = context.Stack.Descriptor.Destroy;
        var steps = destroy.Steps.Where(undo => Steps.Holds(undo, context.Merged)).ToList();
        var down = steps.Find(step => step.Action == "compose.down");
        return new(
            context.Stack.Descriptor.Name,
            context.RunId,
            context.Time.GetUtcNow(),
            context.Source.Selection.Services,
            context.Source.Selection.Options,
            context.Source.Selection.Capabilities,
            context.Source.Files)
        {
            Builds = before?.Builds ?? new Dictionary<string, string>(),
            Containers = before?.Containers ?? [],
            DestroyActions = [.. steps.Select(undo => undo.Action)],
            DownTimeout = new[] { down?.Timeout ?? Deployment.DefaultDownTimeout, destroy.Timeout ?? TimeSpan.MaxValue }.Min(),
            DownMayFail = down is { ContinueOnError: true },
            CleanRun = destroy.CleanRun,
            Hooks = HookTasks.ForDestroy(context),
        };
    }

    private static Dictionary<string, string> Together(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> others)
    {
        var inputs = new Dictionary<string, string>(files);
        foreach (var (path, state) in others)
        {
            inputs[path] = state;
        }

        return inputs;
    }

    private void Show(ServiceProgress progress) =>
        context.Log.Information("{0,-20} {1,-12} {2,6:0.0} s", progress.Service, progress.State, progress.Elapsed.TotalSeconds);
}
