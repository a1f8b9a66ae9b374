using Cake.Common.Diagnostics;
using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Journal;
using Harbor.Secrets;

namespace Harbor.Build.Deploy;

/// <summary>What is deployed now.</summary>
/// <param name="Changed">False: everything ran as deployed already, and nothing was touched.</param>
public sealed record DeployResult(IReadOnlyList<EngineContainer> Containers, bool Changed);

/// <summary>
/// Brings the stack up and waits until it is ready; does nothing where everything given is as it was and everything runs as deployed.
/// That answer comes from the saved state and one question to the engine: Compose is not asked.
/// </summary>
internal sealed class ComposeUp(HarborContext context, Step step, Deployment? before, byte[] key)
{
    public static async Task RunAsync(HarborContext context, Step step, CancellationToken ct)
    {
        var before = Deployment.File(context.Paths).Read();
        RefuseOtherProject(context.Stack.Descriptor, before);
        RefuseMissingFiles(context);
        var up = new ComposeUp(context, step, before, StateKey.Load(context.Paths));
        context.Deployed = await up.RunAsync(ct);
    }

    private async Task<DeployResult> RunAsync(CancellationToken ct)
    {
        var fingerprint = Fingerprint.Of(context, key);
        var changes = Changes(fingerprint);
        if (changes.Count == 0)
        {
            var containers = await context.Engine.ContainersAsync(before!.Project, ct);
            changes = RunningCheck.Compare(before.Containers, containers);
            if (changes.Count == 0)
            {
                context.UpToDate($"{containers.Count} containers run as deployed");
                return new DeployResult(containers, Changed: false);
            }
        }

        foreach (var change in changes)
        {
            context.Information("changed: {0}", change);
        }

        return new DeployResult(await DeployAsync(fingerprint, ct), Changed: true);
    }

    /// <summary>What is not as it was when the last Deploy was done; for a first one, that there was none.</summary>
    private IReadOnlyList<string> Changes(string fingerprint) => before switch
    {
        null => ["nothing is deployed yet"],
        { Fingerprint: null } => ["the last Deploy did not get to its end"],
        _ when before.Fingerprint != fingerprint => ["descriptor, selection, variables or Harbor itself"],
        _ => [.. InputStates.Changed(before.Inputs, key, context.Paths.Root).Select(context.Paths.Relative)],
    };

    private async Task<IReadOnlyList<EngineContainer>> DeployAsync(string fingerprint, CancellationToken ct)
    {
        await context.Engine.VersionAsync(ct); // Says what is wrong with the engine better than Compose does.
        var tool = await ComposeTool.FindAsync(ct);
        var project = await ProjectAsync(tool, ct);
        var model = await tool.ConfigAsync(project, context.Say, ct);
        var digests = ServiceDigests.Compute(model, project, key);
        var images = await context.Engine.ImagesAsync([.. model.Services.Values.Select(service => service.Image)], ct);
        var toBuild = digests.ToBuild(model, before?.Builds ?? new Dictionary<string, string>(), images);

        // From here on things change. Destroy must know of them, and until all is done the stack is not as deployed.
        var deployment = Started();
        Deployment.File(context.Paths).Write(deployment);
        if (toBuild.Count > 0)
        {
            context.Information("Building {0}", string.Join(", ", toBuild));
            await tool.BuildAsync(project, toBuild, context.Say, ct);
            Deployment.File(context.Paths).Write(deployment with { Builds = digests.Builds });
        }

        var containers = await Readiness.WaitAsync(
            context.Engine,
            model,
            [],
            stop => Repair.UpAsync(
                context.Engine,
                project.Name,
                again => tool.UpAsync(project, [], digests.Services, line => context.Debug("{0}", line), again),
                context.Say,
                stop),
            new ReadinessOptions { Timeout = step.Timeout ?? TimeSpan.FromMinutes(5), Redaction = Program.Redaction, OnChange = Show },
            ct);
        var files = ComposeInputs.Find(context.ComposeProject(), text => context.Merged.Expand(text, "a path in a compose file"));
        Deployment.File(context.Paths).Write(deployment with
        {
            Fingerprint = files.IsComplete ? fingerprint : null, // Null: only Compose knows whether anything changed.
            Inputs = Inputs(digests, files),
            Digests = digests.Services,
            Builds = digests.Builds,
            Containers = RunningCheck.Deployed(containers),
        });
        return containers;
    }

    private async Task<ComposeProject> ProjectAsync(ComposeTool tool, CancellationToken ct)
    {
        var project = context.ComposeProject();
        await Task.CompletedTask; return project;
    }

    private Deployment Started() => new(
        context.Stack.Descriptor.Name,
        context.RunId,
        context.Time.GetUtcNow(),
        context.Source.Selection.Services,
        context.Source.Selection.Options,
        context.Source.Selection.Capabilities,
        context.Source.Files)
    {
        Builds = before?.Builds ?? new Dictionary<string, string>(),
        DestroyActions = [.. context.Stack.Descriptor.Destroy.Steps.Select(destroy => destroy.Action)],
        CleanRun = context.Stack.Descriptor.Destroy.CleanRun,
    };

    /// <summary>What the next Deploy looks at: what the digests were made of, and the compose files with all files they name.</summary>
    private Dictionary<string, string> Inputs(ServiceDigests digests, ComposeInputs files)
    {
        var inputs = new Dictionary<string, string>(digests.Inputs);
        foreach (var (path, state) in InputStates.Read(files.Paths, key, context.Paths.Root))
        {
            inputs[path] = state;
        }

        return inputs;
    }

    private void Show(ServiceProgress progress) =>
        context.Information("{0,-20} {1,-12} {2,6:0.0} s", progress.Service, progress.State, progress.Elapsed.TotalSeconds);

    private static void RefuseOtherProject(Descriptor descriptor, Deployment? before)
    {
        if (before is not null && before.Project != descriptor.Name)
        {
            throw new InvalidStackException(
                $"The stack is deployed as '{before.Project}', and the descriptor now calls it '{descriptor.Name}': take it down first (--target=Destroy), or set its name back.");
        }
    }
    /// <summary>A base file is selected whether or not it exists.</summary>
    private static void RefuseMissingFiles(HarborContext context)
    {
        var missing = context.Source.Files.Where(file => !File.Exists(Path.Combine(context.Paths.Root, file))).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidStackException([.. missing.Select(file => new Problem(
                file, 0, 0, "There is no such file, and every selection has it: write it ('services: {}' is enough), or take it out of source.rules.base."))]);
        }
    }
}
