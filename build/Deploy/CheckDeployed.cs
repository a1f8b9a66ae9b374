using Harbor.Frosting;
using Harbor.Setup;
using Harbor.Stacks;

namespace Harbor.Pipeline.Deploy;

/// <summary>A separate task, so that it runs beside Prepare.</summary>
[TaskName("CheckDeployed")]
[TaskDescription("Checks whether the containers of the last Deploy still run unchanged.")]
[OwnershipOptions]
[IsDependentOn(typeof(TakeLock))]
public sealed class CheckDeployed : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var snapshot = await ReadAsync(context, ct);
        if (context.Run.TakesOver && snapshot.Elsewhere.Count > 0)
        {
            await Confirmation.AskAsync(
                context,
                $"'{context.Stack.Descriptor.Name}' becomes this folder's stack: "
                + $"its {snapshot.Elsewhere.Count} containers are recreated or removed.", context.Stack.Descriptor.Name, ct);
        }

        context.Snapshot.Value = snapshot;
    }

    /// <summary>The first request of a Deploy to the engine. If no engine answers, the error says how to install one.</summary>
    public static async Task<StackSnapshot> ReadAsync(HarborContext context, CancellationToken ct)
    {
        try
        {
            return await StackSnapshot.ReadAsync(context.Run, context.Stack.Descriptor.Name, context.Stack.Descriptor.Owner, ct);
        }
        catch (HarborException e) when (context.Run.Engine.Endpoint.IsDefault)
        {
            throw await EngineSetup.MissingMessageAsync(context.Scope, ct) is { } advice ? new HarborException(advice, e) : e;
        }
    }
}
