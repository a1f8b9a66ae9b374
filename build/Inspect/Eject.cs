using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Source;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Eject")]
[TaskDescription("Prints the selection as one compose file, secrets as variables.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[OwnsOutput]
[TakesWords("[SERVICE...]")]
[TaskOption("inline", "With the values of secrets")]
[Reads("the selected compose files and the env files")]
[Leaves("nothing; rendered files that the services mount stay where they are")]
[Example("eject > compose.all.yml")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Eject : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var merged = MergedStack.Merge(context.Run, context.Selected.Value);
        var ejected = await EjectedStack.MakeAsync(context.Run, merged, context.Settings.Inline, ct);
        using var output = System.Console.OpenStandardOutput(); // Unmasked: with --inline it is meant to show secrets.
        output.Write(System.Text.Encoding.UTF8.GetBytes(ejected.Text));
        if (ejected.Needed.Count > 0)
        {
            context.Log.Warning("{0}", $"Set before you use it: {string.Join(", ", ejected.Needed)}");
        }

        if (context.Settings.Inline)
        {
            context.Log.Warning("{0}", "The file holds the stack's secrets.");
        }

        if (ejected.NotMade.Count > 0)
        {
            context.Log.Warning("{0}", $"The first deploy generates {string.Join(", ", ejected.NotMade)}.");
        }
    }
}
