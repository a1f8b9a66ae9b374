using Harbor.Planning;
using Harbor.State;
using Harbor.Templates;

namespace Harbor.Stacks;

/// <summary>The variables and rendered files that would differ from the last Deploy.</summary>
/// <param name="Variables">Null if the variables of the last Deploy are unknown.</param>
public sealed record StackPreview(IReadOnlyList<VariableChange>? Variables, IReadOnlyList<RenderedChange> Files)
{
    /// <summary>Fewer variables fit a screen.</summary>
    private const int Few = 20;

    /// <summary>New variables that nothing selected reads, where there are many.</summary>
    public IReadOnlySet<string> Unread { get; init; } = new HashSet<string>();

    private const int MaxLength = 16 * 1024 * 1024;

    private static readonly DeployedInputs Nothing = new(
        new Dictionary<string, string>(), new Dictionary<string, string>(),
        new Dictionary<string, IReadOnlyDictionary<string, string>>(), "");

    /// <param name="prepared">A preview.</param>
    public static StackPreview Compare(StackRun run, PreparedStack prepared, StackSnapshot snapshot)
    {
        var merged = prepared.Merged;
        var before = snapshot.Saved is null ? Nothing : DeployedInputs.File(run.Paths).Read();
        var variables = before is null ? null : EnvironmentChanges.Between(before, merged.Environment, merged.Services, run.Key);

        // An old file may contain an old secret that can't be masked any more. So old text is shown only if no secret changed.
        var mayShowOld = variables is not null && variables.All(change => !change.IsSecret || change.Change == "added")
            && before!.Rendered == RenderedManifest.Read(run.Paths).Fingerprint;
        var rendered = prepared.Preview!.Files.ToDictionary(file => file.Path);
        return new StackPreview(variables,
        [
            .. prepared.Changes.Added.Select(path => One(path, "added")),
            .. prepared.Changes.Changed.Select(path => One(path, "changed")),
            .. prepared.Changes.Removed.Select(path => One(path, "removed")),
        ])
        {
            Unread = FindUnread(merged, variables ?? []),
        };

        RenderedChange One(string path, string change)
        {
            var (name, old) = (prepared.InRun(path), change == "added" ? null : Read(Path.Combine(run.Paths.Run, path)));
            var now = change == "removed" ? null : rendered[path].Content;
            return new RenderedChange(name, change, UnifiedDiff.Create(name, old, now, run.Scope.Redaction.Apply, hideBefore: !mayShowOld));
        }
    }

    private static HashSet<string> FindUnread(MergedStack merged, IReadOnlyList<VariableChange> variables)
    {
        var added = variables.Where(change => change.Change == "added").Select(change => change.Name).ToHashSet();
        if (added.Count <= Few)
        {
            return [];
        }

        var compose = merged.Environment.ForCompose(merged.Services, []);
        added.ExceptWith(StackVariables.Reads(merged.Selected, merged.Environment, compose).Select(read => read.Name));
        added.RemoveWhere(name => name.Contains(':')); // A service's own file, which it gets as a whole.
        return added;
    }

    /// <summary>Empty if the path is not a regular file, or if another run is just replacing it.</summary>
    private static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path) is { LinkTarget: null, Length: < MaxLength } ? File.ReadAllBytes(path) : [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) // A folder is reported as not found, too.
        {
            return [];
        }
    }
}

/// <param name="Path">Relative to the root.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Diff">Unified, masked.</param>
public sealed record RenderedChange(string Path, string Change, string Diff);
