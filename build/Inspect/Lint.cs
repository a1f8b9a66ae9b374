using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Linting;
using Harbor.Secrets.Age;
using Harbor.Selection;

namespace Harbor.Pipeline.Inspect;

[TaskName("Lint")]
[TaskDescription("Finds committed keys and secrets, and unused variables.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[Document]
[TaskOption("history", "Also search every committed version of every file")]
[Reads("git's index (its history with --history), SOPS files, templates, compose files; docs/lint.md has the rules")]
[Leaves("nothing")]
public sealed class Lint : AsyncFrostingTask<HarborContext>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var request = Request(context);
        var result = await RepositorySearch.RunAsync(request, ct);
        if (context.Settings.Json && context.IsTarget("Lint"))
        {
            context.WriteDocument(
                Json.Serialize(new LintDocument(result.Errors, result.Findings.Count - result.Errors,
                result.Searched, result.IsGit, result.TooLarge, [.. result.Findings.Select(Document)])), evenIfFailed: true);
        }

        foreach (var line in FindingText.Lines(result.Findings, all: context.Log.Verbosity >= Verbosity.Verbose))
        {
            context.Say(line);
        }

        if (result.Findings.Count > 1)
        {
            context.Say($"\n{FindingText.Counts(result.Findings)}");
        }

        foreach (var file in result.TooLarge)
        {
            context.Log.Warning("{0}", $"Not searched because it is too large: {file}");
        }

        if (!result.IsGit)
        {
            context.Log.Warning("No git repository found, so all files of the folder were searched.");
        }

        if (result.Folder.Length > 0)
        {
            context.Log.Information("{0}", $"Only the folder {result.Folder} of the repository was searched.");
        }

        var summary = $"{Count(result.Errors, "error")}, {Count(result.Findings.Count - result.Errors, "warning")} in " +
            $"{Count(result.Searched, "file")}{(request.History ? " of the index and the history" : "")}.";
        if (result.Errors > 0)
        {
            throw new HarborException(summary);
        }

        context.Say(summary);
    }

    private static LintRequest Request(HarborContext context)
    {
        var (sources, stack) = Stack(context);
        var reported = context.Scope.Time.GetTimestamp();
        return new LintRequest(context.Scope, context.Paths)
        {
            History = context.Settings.History,
            IndexFile = context.Scope.Variables.GetValueOrDefault("GIT_INDEX_FILE"),
            SecretFiles = Files(LayerKind.Secrets),
            SopsFiles = Files(LayerKind.Sops),
            KeyFiles = [.. IdentitySources.Files(context.Scope.Variables)],
            Stack = stack,
            Progress = (done, all) =>
            {
                if (context.Scope.Time.GetElapsedTime(reported) > Pause)
                {
                    reported = context.Scope.Time.GetTimestamp();
                    context.Log.Information("{0} of {1} contents searched", done, all);
                }
            },
        };

        IReadOnlyList<string> Files(LayerKind type) =>
            [.. sources.Where(source => source.Kind == type).Select(source => source.File).OfType<string>()
                .Select(file => context.Paths.Relative(Path.GetFullPath(file, context.Paths.Root))).Distinct()];
    }

    /// <summary>An unreadable stack is reported as a finding, so that the search for keys goes on.</summary>
    private static (IReadOnlyList<EnvironmentSource> Sources, IReadOnlyList<Finding> Findings) Stack(HarborContext context)
    {
        if (!File.Exists(context.Paths.Descriptor) && ComposeFolder.DefaultsIn(context.Paths.Root).Count == 0)
        {
            context.Log.Information("There is no etc/harbor.yaml and no compose file, so the rules for stacks were not checked.");
            return ([], []);
        }

        try
        {
            var descriptor = DescriptorReader.Read(context.Paths);
            return ([.. descriptor.Stacks.Values.SelectMany(stack => stack.Sources), .. descriptor.Prepare.Sources],
                StackLint.Find(context.Paths, descriptor));
        }
        catch (InvalidStackException e)
        {
            return ([], StackLint.FindingsFrom(e));
        }
    }

    private static LintFindingDocument Document(Finding finding) =>
        new(finding.File, finding.Line == 0 ? null : finding.Line, finding.Rule, finding.IsError
            ? "error" : "warning", finding.Fingerprint, finding.Message, finding.Blob, AllowList.LineFor(finding));

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
