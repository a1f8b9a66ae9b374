using System.CommandLine;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Selection;
using Harbor.Optimization.Show;

namespace Harbor.Server.Commands;

/// <summary><c>gepa show|what-if</c> of a run in a folder, <c>show</c> also of a server's job; <see cref="GepaRunCommand"/> makes runs.
/// </summary>
internal static class GepaCommands
{
    private static readonly Dictionary<string, IAcceptance> Acceptances = new()
    {
        ["strict_improvement"] = new StrictImprovement(),
        ["improvement_or_equal"] = new ImprovementOrEqual(),
    };

    private static readonly Dictionary<string, ICandidateSelector> Selectors = new()
    {
        ["pareto"] = new ParetoSelector(),
        ["current_best"] = new CurrentBestSelector(),
        ["epsilon_greedy"] = new EpsilonGreedySelector(),
        ["top_k_pareto"] = new TopKParetoSelector(),
    };

    public static Command Create() => ClientOptions.Group(
        "gepa", "Texts of an agent, improved.", GepaRunCommand.Create(), Show(), What());

    /// <exception cref="UsageException">There is no such candidate.</exception>
    public static StoryCandidate Candidate(this RunStory story, int index) => index >= 0 && index < story.Candidates.Count
        ? story.Candidates[index] : throw new UsageException(
            $"There is no candidate {index}: the run has 0 to {story.Candidates.Count - 1}.");

    /// <exception cref="UsageException">No run is there, or another process works on it.</exception>
    public static RunStory Read(string folder)
    {
        try
        {
            using var store = Open(folder);
            return RunStory.Read(store);
        }
        catch (JournalException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static Argument<string> Run(string description = "Folder of a run") => new("RUN") { Description = description };

    private static KeptJournal Open(string folder) => File.Exists(Path.Combine(folder, "journal.jsonl"))
        ? new KeptJournal(Path.Combine(folder, "journal.jsonl")) : throw new UsageException($"There is no run in {folder}.");

    private static Command Show()
    {
        var run = Run("Folder of a run, or id of a server's job");
        var candidate = new Option<int?>("--candidate") { Description = "One candidate: its texts, and what changed", HelpName = "N" };
        var against = new Option<string>("--against")
        {
            Description = "What it is compared with: parent, seed or a number",
            HelpName = "WHAT",
            DefaultValueFactory = _ => "parent",
        };
        var command = new Command("show", "Shows a run: lineage, rewards, what was rejected, the budget.") { run, candidate, against };
        command.SetAction(async (given, ct) =>
        {
            var name = given.GetRequiredValue(run);
            var story = name.StartsWith("pl_", StringComparison.Ordinal) && !Directory.Exists(name)
                ? await PromptLearningJob.FromJobId(name, given.Connect()).GetStoryAsync(ct) : Read(name);
            var output = given.InvocationConfiguration.Output;
            if (given.GetValue(candidate) is { } index)
            {
                GepaTexts.Write(output, story, story.Candidate(index), given.GetRequiredValue(against));
            }
            else if (given.GetValue(ClientOptions.Json))
            {
                output.WriteLine(StoryJson.Text(story));
            }
            else
            {
                GepaTable.Write(output, story);
            }
        });
        return command;
    }

    private static Command What()
    {
        var run = Run();
        var acceptance = new Option<string?>("--acceptance") { Description = "Which children are kept", HelpName = "NAME" };
        acceptance.AcceptOnlyFromAmong([.. Acceptances.Keys]);
        var selector = new Option<string?>("--selector") { Description = "Which parents are chosen", HelpName = "NAME" };
        selector.AcceptOnlyFromAmong([.. Selectors.Keys]);
        var command = new Command("what-if", "Plays a run with other rules, as far as its rollouts go. Nothing is paid.")
        {
            run, acceptance, selector,
        };
        command.SetAction(async (given, ct) =>
        {
            var folder = given.GetRequiredValue(run);
            using var store = Open(folder);
            var config = GepaRunCommand.Configured(folder, PromptLearningConfig.FromPath(GepaRunCommand.ConfigFile(folder)));
            var search = config.Search with
            {
                Acceptance = given.GetValue(acceptance) is { } rule ? Acceptances[rule] : config.Search.Acceptance,
                Selector = given.GetValue(selector) is { } name ? Selectors[name] : config.Search.Selector,
            };
            var (story, lack) = await WhatIf.PlayAsync(store, (config with { Search = search }).ToOptions(TimeProvider.System), ct);
            var output = given.InvocationConfiguration.Output;
            if (given.GetValue(ClientOptions.Json))
            {
                output.WriteLine(StoryJson.Text(story));
                return;
            }

            GepaTable.Write(output, story);
            output.WriteLine();
            output.WriteLine(lack is null ? "The journal had all that this needed."
                : $"Here the journal ends: what comes next needs {lack}.");
        });
        return command;
    }
}
