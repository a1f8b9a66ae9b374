using System.CommandLine;
using System.Globalization;
using Harbor.Deployments;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Events;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Providers;
using Harbor.Optimization.Show;

namespace Harbor.Server.Commands;

/// <summary><c>gepa run</c>: optimises in this process, and keeps the run in a folder from which the same command goes on.</summary>
internal static class GepaRunCommand
{
    private const string Kept = "job.toml";
    private const string Beginning = "start.json";

    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "TOML file with [prompt_learning]", HelpName = "FILE" };
        var folder = new Option<string?>("--folder")
        {
            Description = "Where the run is kept (default: var/gepa/ and the file's name)",
            HelpName = "DIR",
        };
        var from = new Option<string?>("--branch-of") { Description = "Begin with a candidate of this run", HelpName = "RUN" };
        var candidate = new Option<int?>("--candidate") { Description = "Which one of --branch-of (default: the best)", HelpName = "N" };
        var command = new Command("run", "Optimises here. After a stop, the same command goes on.") { config, folder, from, candidate };
        command.SetAction(async (given, ct) =>
        {
            if ((given.GetValue(config) ?? given.GetValue(folder) ?? given.GetValue(from)) is null)
            {
                throw new UsageException("--config is needed, or --folder with the folder of a run that was begun.");
            }

            var kept = given.GetValue(folder) ?? Path.Combine(
                "var", "gepa", given.GetValue(from) is { } branched ? $"{Name(branched)}-branch" : Name(given.GetValue(config)!));
            var source = given.GetValue(config) ?? ConfigFile(given.GetValue(from) ?? kept);
            return await RunAsync(given, source, kept, Start(given.GetValue(from), given.GetValue(candidate)), ct);
        });
        return command;
    }

    /// <exception cref="UsageException">The run was not begun by this command.</exception>
    public static string ConfigFile(string folder) => Path.Combine(folder, Kept) is var file && File.Exists(file) ? file
        : throw new UsageException($"There is no {file}: give the run's configuration with --config.");

    /// <summary>A run's own: a branch begins with another candidate's texts.</summary>
    public static PromptLearningConfig Configured(string folder, PromptLearningConfig config) =>
        Path.Combine(folder, Beginning) is var file && File.Exists(file)
            ? config with { SeedCandidate = CandidateJson.Read(File.ReadAllText(file)) } : config;

    private static string Name(string path) => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path));

    private static Candidate? Start(string? run, int? candidate)
    {
        if (run is null)
        {
            return candidate is null ? null : throw new UsageException("--candidate needs --branch-of.");
        }

        var story = GepaCommands.Read(run);
        return story.Candidate(candidate ?? story.Best).Texts;
    }

    /// <param name="app">Where rollouts run; null: as the file says.</param>
    /// <param name="model">Who writes new texts; null: as the file says.</param>
    public static async Task<int> RunAsync(
        ParseResult given, string source, string folder, Candidate? start, CancellationToken ct, LocalApiConfig? app = null,
        IReflectionModel? model = null)
    {
        if (!File.Exists(source))
        {
            throw new UsageException($"There is no {source}.");
        }

        try
        {
            var toml = await File.ReadAllTextAsync(source, ct);
            var config = PromptLearningConfig.FromToml(toml, source);
            foreach (var warning in config.Warnings)
            {
                given.Say(warning.ToString());
            }

            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, Kept), toml, ct);
            if (start is not null)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, Beginning), CandidateJson.Text(start), ct);
            }

            config = Configured(folder, config);
            config.TaskAppConfig = app ?? config.TaskAppConfig;
            var result = await new PromptLearningJob(config).RunLocallyAsync(
                new LocalRun { Model = model, Folder = folder, Observers = [new Progress(given)], Log = given.Say }, ct);
            GepaTable.Write(given.InvocationConfiguration.Output, GepaCommands.Read(folder));
            if (result.Error is { } error)
            {
                given.Say(error);
            }

            given.Say($"Kept in {folder}. Texts and changes: ./harbor gepa show {folder} --candidate N");
            return result.Succeeded ? 0 : 1;
        }
        catch (Exception error) when (error is ConfigException or ReflectionException or JournalException or BudgetException)
        {
            throw new UsageException(error.Message);
        }
        catch (OperationCanceledException)
        {
            given.Say($"Stopped. The run is in {folder}; the same command goes on.");
            throw;
        }
    }

    // A line for each candidate, kept or not.
    private sealed class Progress(ParseResult given) : IGepaObserver
    {
        public void OnEvent(GepaEvent happened)
        {
            var line = happened switch
            {
                ValsetEvaluated { Candidate: 0 } seed => $"baseline {Rows.Reward(seed.Average)} on {seed.Scores.Count} seeds",
                ValsetEvaluated kept => $"candidate {kept.Candidate}: {Rows.Reward(kept.Average)}{(kept.IsBest ? ", the best" : "")}",
                CandidateRejected rejected => string.Create(CultureInfo.InvariantCulture,
                    $"not kept: {rejected.Old:0.###} -> {rejected.New:0.###} on the minibatch"),
                ProposalFailed failed => $"no new text: {Rows.Short(failed.Cause)}",
                OptimizationEnd end => $"ended after {end.TotalMetricCalls} rollouts: {end.StopReason}",
                _ => null,
            };
            if (line is not null)
            {
                given.Say($"iteration {happened.Iteration ?? 0}: {line}");
            }
        }
    }
}
