using Harbor.Build.Setup;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Frosting;
using Harbor.Journal;
using Harbor.Secrets;

namespace Harbor.Build.Deploy;

/// <param name="Saved">What the last Deploy left; null for a first one.</param>
/// <param name="ChangedInputs">Paths that are not what it was made of any more.</param>
/// <param name="Containers">Of it, now.</param>
/// <param name="Edited">By container id, see <see cref="ContainerEdits"/>.</param>
public sealed record DeployedState(
    Deployment? Saved, IReadOnlyList<string> ChangedInputs, IReadOnlyList<EngineContainer> Containers, IReadOnlyDictionary<string, string> Edited);

/// <summary>A task of its own because it can run beside Prepare: the unchanged Deploy waits for both.</summary>
[TaskName("CheckDeployed")]
[TaskDescription("Whether what the last Deploy left still runs, and its inputs are the same.")]
[IsDependentOn(typeof(Utilities.TakeLock))]
public sealed class CheckDeployed : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) => ReadAsync(context, StateKey.Load(context.Paths), ct);

    internal static async Task ReadAsync(HarborContext context, byte[] key, CancellationToken ct)
    {
        var saved = Deployment.File(context.Paths).Read();
        var containers = ContainersAsync(context, saved, ct);
        var changed = saved?.Fingerprint is null ? [] : InputStates.Changed(saved.Inputs, key, context.Paths.Root);
        var now = await containers;
        context.Before = new DeployedState(saved, changed, now, await ContainerEdits.FindAsync(context.Engine, saved?.Containers ?? [], now, ct));
    }

    /// <summary>The first question of a Deploy to the engine: where nobody answers, the error says what to type.</summary>
    private static async Task<IReadOnlyList<EngineContainer>> ContainersAsync(HarborContext context, Deployment? saved, CancellationToken ct)
    {
        try
        {
            return await context.Engine.ContainersAsync(saved?.Project ?? context.Stack.Descriptor.Name, ct);
        }
        catch (DeploymentException e) when (context.Engine.Endpoint.IsDefault)
        {
            throw await EngineSetup.MissingMessageAsync(ct) is { } advice ? new DeploymentException(advice, e) : e;
        }
    }
}
