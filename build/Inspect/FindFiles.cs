using Cake.Core.Diagnostics;
using Harbor.Files;
using Harbor.Frosting;
using Harbor.Pipeline.Source;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Find")]
[TaskDescription("Finds files by name in the folders that the services mount.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[PrintsResult]
[TakesWords("TEXT")]
[Reads("the folders of this machine that the selected services mount")]
[Leaves("nothing")]
[Example("find .gguf")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class FindFiles : AsyncFrostingTask<HarborContext>
{
    private const int Most = 10_000;

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings.Words is not [{ Length: > 0 } text])
        {
            throw new InvalidStackException("One word is needed, a part of a path: find .gguf");
        }

        var merged = MergedStack.Merge(context.Run, context.Selected.Value);
        var resolved = await ResolvedStack.ResolveAsync(context.Run, merged, pending: null, ct);
        var folders = resolved.Model.Services.Values.SelectMany(service => service.Binds).Select(bind => bind.Source)
            .Where(source => Directory.Exists(source) && source != "/").Distinct().Order(StringComparer.Ordinal).ToList();
        var found = folders.SelectMany(folder => MountedFiles.Find(folder, text)).Distinct().Take(Most).ToList();
        context.Say(found.Count > 0 ? string.Join('\n', found)
            : $"No path with '{text}' in the {folders.Count} folders that the services mount.");
        if (found.Count == Most)
        {
            context.Log.Warning("{0}", $"These are the first {Most}.");
        }
    }
}
