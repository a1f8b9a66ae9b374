using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

/// <summary>
/// The evaluations are a program of their own, since the server can't be native. It is compiled when it is first needed, and when one of
/// its sources has changed.
/// </summary>
[TaskName("CompileServer")]
[TaskDescription("Compiles the program of the evaluations.")]
public sealed class CompileServer : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var folder = Path.Combine(context.Repository, "var", "artifacts", "server");
        if (!await ServerPublish.EnsureAsync(context, folder, "--no-self-contained", ct))
        {
            context.UpToDate();
        }
    }
}
