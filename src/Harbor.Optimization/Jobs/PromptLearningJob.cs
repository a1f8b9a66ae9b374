using System.Text.Json;
using Harbor.Deployments;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Jobs;
using Harbor.Optimization.Providers;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization;

/// <summary>Optimises the texts of a task app: on a server, or without one.</summary>
/// <param name="connection">The server; null: as <c>HARBOR_BACKEND_URL</c> and <c>HARBOR_API_KEY</c> say.</param>
public sealed partial class PromptLearningJob(PromptLearningConfig config, HarborConnection? connection = null)
{
    /// <summary>A job from a TOML file.</summary>
    /// <inheritdoc cref="PromptLearningConfig.FromPath" path="/exception"/>
    public static PromptLearningJob FromConfig(string path) => new(PromptLearningConfig.FromPath(path));

    /// <summary>A job from the same keys, <c>prompt_learning</c> at the top.</summary>
    /// <exception cref="ConfigException">All problems at once.</exception>
    public static PromptLearningJob FromDict(IEnumerable<KeyValuePair<string, object?>> mapping) =>
        new(PromptLearningConfig.FromMapping(mapping));

    /// <inheritdoc cref="FromDict(IEnumerable{KeyValuePair{string, object?}})"/>
    public static PromptLearningJob FromDict(JsonElement json) => new(PromptLearningConfig.FromMapping(json));

    /// <summary>
    /// Runs the job in this process: rollouts on the task app that the configuration names, reflection by <see cref="LocalRun.Model"/>. A
    /// run with a folder goes on where it stopped.
    /// </summary>
    /// <exception cref="ConfigException">The configuration does not say where rollouts run.</exception>
    /// <exception cref="ReflectionException">There is no model that could write new texts.</exception>
    /// <exception cref="JournalException">The folder holds another run.</exception>
    /// <exception cref="BudgetException">The budget does not suffice for the first evaluation.</exception>
    public async Task<PromptLearningResult> RunLocallyAsync(LocalRun? how = null, CancellationToken ct = default)
    {
        var run = how ?? new LocalRun();
        var app = TaskApp();
        var model = run.Model ?? new ProviderModel(ReflectionProvider.FromEnvironment(config.Proposer), run.Time);
        try
        {
            using IJournalStore store = run.Folder is { } folder ? new FileJournal(folder) : new MemoryJournal();
            return await RunAsync(run, app, model, store, ct);
        }
        finally
        {
            if (run.Model is null)
            {
                (model as IDisposable)?.Dispose();
            }
        }
    }

    private async Task<PromptLearningResult> RunAsync(
        LocalRun run, ITaskAppClient app, IReflectionModel model, IJournalStore store, CancellationToken ct)
    {
        var name = run.Folder is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))
            : Guid.CreateVersion7().ToString("N");
        var adapter = new RolloutAdapter(
            new TaskAppRollouts(config, app).RunAsync,
            config.ToRolloutOptions(name) with { Pause = run.Pause, Time = run.Time });
        using var journaled = JournaledRun.Open(
            config.ToOptions(run.Time), adapter, model, run.Observers, store, new RunEnvironment { Time = run.Time, Log = run.Log });
        var (status, error) = (PromptLearningStatuses.Succeeded, (string?)null);
        GepaResult? ended = null;
        try
        {
            ended = await journaled.RunAsync(null, ct);
        }
        catch (OperationCanceledException) when (run.Pause.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            status = PromptLearningStatuses.Paused;
        }
        catch (GepaFailedException e)
        {
            (status, error) = (PromptLearningStatuses.Failed, e.Message);
        }

        var result = ended ?? (journaled.HasStarted ? journaled.Result() : null);
        return (result is null ? new PromptLearningResult { Status = status } : PromptLearningResult.Of(result, status)) with
        {
            Error = error,
            StopReason = ended?.StopReason,
            CandidatesEvaluated = Evaluated(store),
        };
    }

    // The first one, and every child that was run on a minibatch or a sub-sample.
    private static int Evaluated(IJournalStore store) => new JournalReader(store).Lines("e").Count(line =>
        line.GetProperty("n").GetString() is "optimization_start" or "proposal_end" or "merge_attempted");

    private ITaskAppClient TaskApp()
    {
        string[] missing =
        [
            .. config.Missing(),
            .. config.TaskAppId is null ? (string[])[] : ["task_app_id is a name that a server knows: without one, give task_app_url."],
        ];
        if (missing.Length > 0)
        {
            throw new ConfigException([.. missing.Select(what => new ConfigProblem(new ConfigPlace("the job"), what))]);
        }

        if (config.TaskAppUrl is { } url)
        {
            return TaskApps.CreateTaskAppClient(url);
        }

        return TaskApps.CreateTaskAppClient(config.TaskAppConfig ?? new LocalApiConfig
        {
            AppId = config.EnvName ?? "deployment",
            ExecutionBackend = LocalApiConfig.Sandboxes,
            Harbor = new HarborDeploymentRef { DeploymentId = (config.DeploymentId ?? config.DeploymentName)! },
        });
    }
}
