using Harbor.Templates;

namespace Harbor.Build.Plan;

/// <summary>The rendered files that a Deploy would change, with masked diffs.</summary>
internal static class RenderedChanges
{
    private const int MaxLength = 16 * 1024 * 1024;

    /// <param name="mayShowOld">The files of now hold no secret but those that are known.</param>
    public static IReadOnlyList<FileChangeDocument> Of(HarborContext context, RenderedTree tree, bool mayShowOld)
    {
        var run = context.Paths.Relative(context.Paths.Run);
        var rendered = tree.Files.ToDictionary(file => file.Path);
        return
        [
            .. context.Rendered.Added.Select(path => One(path, "added")),
            .. context.Rendered.Changed.Select(path => One(path, "changed")),
            .. context.Rendered.Removed.Select(path => One(path, "removed")),
        ];

        FileChangeDocument One(string path, string change)
        {
            var before = change == "added" ? null : Read(Path.Combine(context.Paths.Run, path));
            var after = change == "removed" ? null : rendered[path].Content;
            return new FileChangeDocument($"{run}/{path}", change, UnifiedDiff.Of($"{run}/{path}", before, after, Program.Redaction.Apply, hideBefore: !mayShowOld));
        }
    }

    /// <summary>Empty for what is no regular file, and for one that another run is replacing.</summary>
    private static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path) is { LinkTarget: null, Length: < MaxLength } ? File.ReadAllBytes(path) : [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) // A folder is not found as a file, either.
        {
            return [];
        }
    }
}
