using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Gepa;
using Harbor.Server.Http;

namespace Harbor.Server.Pages;

/// <summary>Reads what the journals of jobs tell; one that has not grown is not read again.</summary>
internal sealed class Stories(Databases databases, TimeProvider time) : IDisposable
{
    private const int Kept = 8;
    private static readonly TimeSpan LongestPlay = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, (long Length, RunStory Story)> _read = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public static IReadOnlyList<string> Acceptances { get; } = ["strict_improvement", "improvement_or_equal"];
    public static IReadOnlyList<string> Selectors { get; } = ["pareto", "current_best", "epsilon_greedy", "top_k_pareto"];

    /// <returns>Null: the seed has not been evaluated.</returns>
    public RunStory? Read(GepaJob job)
    {
        using var store = new JobJournal(databases, job, time);
        var length = store.Length;
        if (_read.TryGetValue(job.Id, out var known) && known.Length == length)
        {
            return known.Story;
        }

        try
        {
            var story = RunStory.Read(store);
            if (_read.Count >= Kept)
            {
                _read.Clear();
            }

            _read[job.Id] = (length, story);
            return story;
        }
        catch (JournalException)
        {
            return null;
        }
    }

    /// <summary>The run under other rules, as far as its rollouts go.</summary>
    /// <returns>The other run, and what it lacked; null: it came to its end.</returns>
    public async Task<(RunStory Story, string? Lack)> PlayAsync(GepaJob job, string? acceptance, string? selector, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        both.CancelAfter(LongestPlay);
        try
        {
            await _oneAtATime.WaitAsync(both.Token);
            try
            {
                var options = Configured(job, acceptance, selector).ToOptions(time);
                using var store = new JobJournal(databases, job, time);
                return await Task.Run(() => WhatIf.PlayAsync(store, options, both.Token), both.Token); // It computes.
            }
            finally
            {
                _oneAtATime.Release();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HttpException(503, "too_long", "The journal is too long to be played here.");
        }
        catch (ConfigException error)
        {
            throw HttpException.Invalid([.. error.Problems.Select(problem => new FieldError("search", $"{problem}"))]);
        }
        catch (JournalException error)
        {
            throw HttpException.Conflict("not_begun", error.Message);
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static PromptLearningConfig Configured(GepaJob job, string? acceptance, string? selector)
    {
        var document = JsonNode.Parse(job.Config)!;
        var gepa = document["prompt_learning"]!["gepa"]!;
        var search = gepa["search"] as JsonObject ?? [];
        gepa["search"] = search.DeepClone();
        foreach (var (name, value) in new[] { ("acceptance", acceptance), ("selector", selector) })
        {
            if (value is not null)
            {
                gepa["search"]![name] = value;
            }
        }

        return GepaRunner.Configured(job, document.ToJsonString());
    }
}
