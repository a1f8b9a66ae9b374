using Harbor.Planning;
using Harbor.Templates;

namespace Harbor.Stacks;

/// <summary>A stack whose templates are rendered to <c>var/run</c>, or for a preview in memory only.</summary>
/// <param name="Changes">The files that rendering changed; of a preview, the files that it would change.</param>
/// <param name="Preview">The rendered files of a preview; else null.</param>
public sealed record PreparedStack(MergedStack Merged, TreeChanges Changes, RenderedTree? Preview)
{
    public ProjectPaths Paths => Merged.Paths;

    /// <summary>The files that a preview would write; else null.</summary>
    public PendingFiles? Pending { get; } = Preview is null ? null : PendingOf(Merged.Paths, Preview, Changes);

    /// <summary>The rendered files that change, relative to the root.</summary>
    public IReadOnlyList<string> ChangedFiles => [.. Changes.Added.Concat(Changes.Changed).Concat(Changes.Removed).Select(InRun)];

    /// <summary>Renders all files into <c>var/run</c>, or none if a template fails. A run that may not write renders in memory.</summary>
    /// <param name="announce">Called before files change, if any do.</param>
    /// <inheritdoc cref="PrepareStep.Run" path="/exception"/>
    public static PreparedStack Prepare(StackRun run, MergedStack merged, Action<TreeChanges>? announce = null)
    {
        var request = new TemplateRequest(run.Paths, merged.Environment, [.. merged.Services.Select(merged.Descriptor.TemplatesFor)]);
        if (run.MayWrite)
        {
            return new PreparedStack(merged, PrepareStep.Run(request, run.Key, announce).Changes, Preview: null);
        }

        var (tree, changes) = PrepareStep.Preview(request);
        return new PreparedStack(merged, changes, tree);
    }

    /// <summary>The name of a file of <c>var/run</c> in messages.</summary>
    public string InRun(string path) => $"{Paths.Relative(Paths.Run)}/{path}";

    private static PendingFiles PendingOf(ProjectPaths paths, RenderedTree tree, TreeChanges changes)
    {
        var written = changes.Added.Concat(changes.Changed).ToHashSet();
        return new PendingFiles(
            tree.Files.Where(file => written.Contains(file.Path))
                .Select(file => new PendingFile(Path.Combine(paths.Run, file.Path), file.Content, file.Mode)),
            changes.Removed.Select(path => Path.Combine(paths.Run, path)));
    }
}
