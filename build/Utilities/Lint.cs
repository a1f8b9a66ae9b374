using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Linting;
using Harbor.Secrets.Age;

namespace Harbor.Build.Utilities;

[TaskName("Lint")]
[TaskDescription("Keys and secrets in what git is about to commit (--history: ever committed), SOPS files, unused and undefined variables. docs/lint.md has the rules.")]
public sealed class Lint : AsyncFrostingTask<HarborContext>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var request = Request(context);
        var result = await RepositorySearch.RunAsync(request, ct);
        if (context.Settings.Json && context.IsTarget("Lint"))
        {
            context.WriteDocument(Json.Of(new LintDocument(result.Errors, result.Findings.Count - result.Errors, result.Searched, result.IsGit, result.TooLarge, [.. result.Findings.Select(Document)])), evenIfFailed: true);
        }

        foreach (var finding in result.Findings)
        {
            context.Say(finding.ToString());
        }

        foreach (var file in result.TooLarge)
        {
            context.Log.Warning("{0}", $"Not searched, for its size: {file}");
        }

        if (!result.IsGit)
        {
            context.Log.Warning("There is no git repository here: the files of the folder were searched.");
        }

        if (result.Folder.Length > 0)
        {
            context.Log.Information("{0}", $"{result.Folder} is a folder of its repository: nothing else of that was searched.");
        }

        var summary = $"{Count(result.Errors, "error")}, {Count(result.Findings.Count - result.Errors, "warning")} in {Count(result.Searched, "file")}{(request.History ? " of the index and the history" : "")}.";
        if (result.Errors > 0)
        {
            throw new DeploymentException(summary);
        }

        context.Say(summary);
    }

    private static LintRequest Request(HarborContext context)
    {
        var (sources, stack) = Stack(context);
        var reported = context.Time.GetTimestamp();
        return new LintRequest(context.Paths)
        {
            History = context.Settings.History,
            IndexFile = HarborContext.ProcessVariables.GetValueOrDefault("GIT_INDEX_FILE"),
            SecretFiles = Files(EnvironmentSourceType.Secrets),
            SopsFiles = Files(EnvironmentSourceType.Sops),
            KeyFiles = [.. IdentitySources.Files(HarborContext.ProcessVariables)],
            Stack = stack,
            Progress = (done, all) =>
            {
                if (context.Time.GetElapsedTime(reported) > Pause)
                {
                    reported = context.Time.GetTimestamp();
                    context.Log.Information("{0} of {1} contents searched", done, all);
                }
            },
        };

        IReadOnlyList<string> Files(EnvironmentSourceType type) =>
            [.. sources.Where(source => source.Type == type).Select(source => context.Paths.Relative(Path.GetFullPath(source.File, context.Paths.Root))).Distinct()];
    }

    /// <summary>A stack that can't be read must not hide a key that is about to be committed: it is one more finding.</summary>
    private static (IReadOnlyList<EnvironmentSource> Sources, IReadOnlyList<Finding> Findings) Stack(HarborContext context)
    {
        if (!File.Exists(context.Paths.Descriptor))
        {
            context.Log.Information("There is no etc/harbor.yaml: only the files were searched.");
            return ([], []);
        }

        try
        {
            var descriptor = DescriptorReader.Read(context.Paths);
            return ([.. descriptor.Stacks.Values.SelectMany(stack => stack.Sources), .. descriptor.Prepare.Sources], StackLint.Find(context.Paths, descriptor));
        }
        catch (InvalidStackException e)
        {
            return ([], StackLint.Of(e));
        }
    }

    private static LintFindingDocument Document(Finding finding) =>
        new(finding.File, finding.Line == 0 ? null : finding.Line, finding.Rule, finding.IsError ? "error" : "warning", finding.Fingerprint, finding.Message, finding.Blob, AllowList.LineFor(finding));

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
