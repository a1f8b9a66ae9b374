using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Providers;
using Harbor.Optimization.Rollouts;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Interceptor;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>Takes one claimed job on from its journal, to its end or until somebody pauses or cancels it.</summary>
internal sealed partial class GepaRunner(
    Databases databases, Signals signals, GepaRollouts rollouts, Providers providers, TimeProvider time, ILogger<GepaRunner> log)
{
    public async Task RunAsync(GepaJob job, CancellationToken stop)
    {
        await using var keeper = new LeaseKeeper(databases, signals, time, log, QueueTable.Gepa, job.Id, job.Fence,
            (db, ct) => db.GepaJobs.AnyAsync(row => row.Id == job.Id && (row.CancelRequested || row.PauseRequested), ct));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop, keeper.Lost);
        try
        {
            await BeginAsync(job, stop);
            await EndAsync(job, await OptimiseAsync(job, keeper.Cancelled, all.Token), stop);
        }
        catch (OperationCanceledException) when (keeper.Cancelled.IsCancellationRequested && !all.IsCancellationRequested)
        {
            await StopAsync(job, stop);
        }
        catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new FencedOffException($"job {job.Id}");
        }
        catch (Exception error) when (error is GepaFailedException or BudgetException or ReflectionException or ConfigException
            or JournalException)
        {
            await FailAsync(job, error.Message, stop);
        }
#pragma warning disable CA1031 // A fault of ours would come again with each taking over; a database that is away will not.
        catch (Exception error) when (error is not (OperationCanceledException or FencedOffException) && !WorkLoop.IsDatabase(error))
        {
            Faulted(log, job.Id, error);
            await FailAsync(job, $"a fault of the server ({error.GetType().Name}); its log says where", stop);
        }
#pragma warning restore CA1031
    }

    private Task FailAsync(GepaJob job, string error, CancellationToken ct) =>
        FinishAsync(job, GepaStatus.Failed, error, [new(GepaEvents.Failed, error, new() { ["error"] = error })], ct);

    /// <summary>The configuration as the job runs it: a branch begins with its own texts.</summary>
    public static PromptLearningConfig Configured(GepaJob job) => Configured(job, job.Config);

    /// <param name="text">The job's configuration, or a changed one.</param>
    public static PromptLearningConfig Configured(GepaJob job, string text)
    {
        using var document = JsonDocument.Parse(text);
        var config = PromptLearningConfig.FromMapping(document.RootElement);
        return job.Start is { } start ? config with { SeedCandidate = CandidateJson.Read(start) } : config;
    }

    /// <exception cref="ReflectionException">No provider of this server has the model, or its key is not there.</exception>
    public static ReflectionProvider Provider(Providers providers, ProposerConfig proposer)
    {
        var model = proposer.Model ?? throw new ReflectionException("gepa.proposer.model is missing: the model that writes new texts.");
        var provider = providers.Find(proposer.Provider, model) ?? throw new ReflectionException(
            $"No provider of this server has the model '{model}' of gepa.proposer: see providers.yaml.");
        return new ReflectionProvider
        {
            Wire = provider.Kind == "anthropic" ? ReflectionWire.Anthropic : ReflectionWire.OpenAi,
            BaseUrl = provider.BaseUrl,
            ApiKey = provider.ReadKey() ?? throw new ReflectionException($"The key of the provider '{provider.Name}' is not there."),
            Model = model,
            MaxOutputTokens = proposer.MaxOutputTokens,
            Price = provider.PriceOf(model) is { } price ? new ReflectionPrice(price.Input, price.Cached, price.Output) : null,
        };
    }

    private async Task<GepaResult> OptimiseAsync(GepaJob job, CancellationToken pause, CancellationToken ct)
    {
        var config = Configured(job);
        using var model = new ProviderModel(Provider(providers, config.Proposer), time);
        var options = config.ToRolloutOptions(job.Id) with { Pause = pause, Time = time };
        using var store = new JobJournal(databases, job, time, signals);
        using var run = JournaledRun.Open(
            config.ToOptions(time), new RolloutAdapter(rollouts.Function(job, config), options), model, [], store,
            new RunEnvironment { Time = time, Log = message => Noted(log, job.Id, message) });
        return (await run.RunAsync(null, ct))!;
    }

    private async Task BeginAsync(GepaJob job, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = time.GetUtcNow();
        await db.GepaJobs.Where(row => row.Id == job.Id && row.StartedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, now), ct);
    }

    private async Task EndAsync(GepaJob job, GepaResult result, CancellationToken ct)
    {
        var found = PromptLearningResult.Of(result, PromptLearningStatuses.Succeeded);
        await using (var db = databases.Open())
        {
            var best = CandidateJson.Text(result.BestCandidate);
            await db.GepaJobs.Where(row => row.Id == job.Id && row.Fence == job.Fence).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.BestReward, found.MeanReward).SetProperty(row => row.BestIndex, result.Best)
                    .SetProperty(row => row.BestCandidate, best).SetProperty(row => row.StopReason, result.StopReason), ct);
        }

        GepaTold completed = new(GepaEvents.Completed, GepaStatus.Succeeded.Word(), new()
        {
            ["best_score"] = found.MeanReward,
            ["baseline_score"] = found.BaselineReward,
            ["finish_reason"] = result.StopReason,
            ["total_candidates"] = result.Members.Count,
            ["coverage"] = result.Coverage,
            ["total_usd"] = found.Cost,
        });
        await FinishAsync(job, GepaStatus.Succeeded, null, [.. await TotalsAsync(job, result, found, ct), completed], ct);
    }

    /// <summary>What is known at the end only.</summary>
    private async Task<IReadOnlyList<GepaTold>> TotalsAsync(
        GepaJob job, GepaResult result, PromptLearningResult found, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = await db.GepaJobs.AsNoTracking().SingleAsync(row => row.Id == job.Id, ct);
        var minutes = (time.GetUtcNow() - (now.StartedAt ?? time.GetUtcNow())).TotalMinutes;
        List<GepaTold> told =
        [
            new("usage.recorded", "cost", new()
            {
                ["total_usd"] = found.Cost,
                ["usd_tokens"] = found.Cost,
                ["sandbox_usd"] = null, // Sandboxes have no price here.
            }),
            new("throughput", "rollouts in a minute", new()
            {
                ["rollouts_completed"] = now.Rollouts,
                ["rollouts_per_minute"] = minutes > 0 ? Math.Round(now.Rollouts / minutes, 2) : null,
            }),
        ];
        if (result.HoldOut.Count > 0)
        {
            told.Insert(0, new("validation.completed", "held-out seeds", new()
            {
                ["best_score"] = found.MeanReward,
                ["candidates"] = new JsonArray([.. result.HoldOut.Select(score => (JsonNode)score.Candidate)]),
            }));
        }

        return told;
    }

    private async Task StopAsync(GepaJob job, CancellationToken ct)
    {
        bool isCancelled;
        await using (var db = databases.Open())
        {
            isCancelled = await db.GepaJobs.AnyAsync(row => row.Id == job.Id && row.CancelRequested, ct);
        }

        if (isCancelled)
        {
            await rollouts.CancelAsync(job.Id, ct);
        }

        var status = isCancelled ? GepaStatus.Cancelled : GepaStatus.Paused;
        await FinishAsync(
            job, status, null, [new(isCancelled ? GepaEvents.Cancelled : GepaEvents.Paused, status.Word(), [])], ct);
    }

    /// <summary>The state and the last events of it at once.</summary>
    private async Task FinishAsync(
        GepaJob job, GepaStatus status, string? error, IReadOnlyList<GepaTold> told, CancellationToken ct)
    {
        await using var db = databases.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        DateTimeOffset? ended = status == GepaStatus.Paused ? null : time.GetUtcNow();
        var written = await db.GepaJobs.Where(row => row.Id == job.Id && row.Fence == job.Fence && row.Status == GepaStatus.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status).SetProperty(row => row.Error, error)
                .SetProperty(row => row.EndedAt, ended).SetProperty(row => row.PauseRequested, false)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.LastSeq, row => row.LastSeq + told.Count), ct);
        if (written == 0)
        {
            throw new FencedOffException($"job {job.Id}");
        }

        var seq = await db.GepaJobs.Where(row => row.Id == job.Id).Select(row => row.LastSeq).SingleAsync(ct) - told.Count;
        var now = time.GetUtcNow();
        db.JobEvents.AddRange(told.Select(one => one.Row(job.Id, ++seq, now)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await signals.RaiseAsync(db, Signals.Of("job-events", job.Id), ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed")]
    private static partial void Faulted(ILogger log, string job, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Note}")]
    private static partial void Noted(ILogger log, string job, string note);
}
