using System.Threading.Channels;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Masking;
using Harbor.Processes;

namespace Harbor.Readiness;

public sealed record ReadinessOptions
{
    /// <summary>Counts from the first container that is created or started, so without pulling images.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A container without health check is ready when it has stayed up this long. So a crash on its configuration is noticed.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Ids of containers that <c>up</c> replaces. They may end and start while it works.</summary>
    public IReadOnlySet<string> Replaced { get; init; } = new HashSet<string>();

    /// <summary>Masks log lines and health output in errors.</summary>
    public required Redaction Redaction { get; init; }

    /// <summary>False where not all secrets are known: then errors have no log lines and no health output.</summary>
    public bool ShowsLogs { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Shows which services are waited for. Null: nothing does.</summary>
    public Activities? Activities { get; init; }

    /// <summary>
    /// Called when a service's state changed: <c>waiting, created, starting, running, healthy, completed, restarting, unhealthy, exited
    /// (1)</c>.
    /// </summary>
    public Action<ServiceProgress>? OnChange { get; init; }
}

public sealed record ServiceProgress(string Service, string State, TimeSpan Elapsed);

/// <summary>
/// Waits until the services are ready, by the engine's events. <c>up --wait</c> would poll every 500 ms, and treat a one-shot that exited
/// with 0 as a failure.
/// </summary>
public sealed partial class ReadinessWatch : IAsyncDisposable
{
    private static readonly TimeSpan SafetyPoll = TimeSpan.FromSeconds(1);
    private readonly IEngine _engine;
    private readonly string _project;
    private readonly IReadOnlyList<AwaitedService> _services;
    private readonly ReadinessOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>();
    private readonly long _began;
    private readonly Dictionary<string, string> _reported = [];
    private readonly Dictionary<string, Activity> _waits = [];
    private Task _pump = Task.CompletedTask;
    private TimeSpan? _deadline;
    private TimeSpan _pause = SafetyPoll;

    private ReadinessWatch(IEngine engine, string project, IReadOnlyList<AwaitedService> services, ReadinessOptions options) =>
        (_engine, _project, _services, _options, _began) = (engine, project, services, options, options.Time.GetTimestamp());

    private TimeSpan Elapsed => _options.Time.GetElapsedTime(_began);

    /// <summary>Begins to watch, and remembers which containers run now.</summary>
    public static Task<ReadinessWatch> StartAsync(IEngine engine, ResolvedModel model, ReadinessOptions options, CancellationToken ct) =>
        StartAsync(engine, model.Project, [.. model.Services.Values.Select(AwaitedService.From)], options, ct);

    /// <inheritdoc cref="StartAsync(IEngine, ResolvedModel, ReadinessOptions, CancellationToken)"/>
    public static async Task<ReadinessWatch> StartAsync(
        IEngine engine, string project, IReadOnlyList<AwaitedService> services, ReadinessOptions options, CancellationToken ct)
    {
        var watch = new ReadinessWatch(engine, project, services, options);
        try
        {
            watch._pump = PumpAsync(await engine.EventsAsync(project, watch._stop.Token), watch._events.Writer);
            var running = (await engine.ContainersAsync(project, ct)).Where(container => container.State == ContainerState.Running);
            watch._runningBefore.UnionWith(running.Select(container => container.Id));
            return watch;
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs the work that creates and starts containers, and returns the project's containers when all services are ready.
    /// </summary>
    /// <param name="work">Cancelled when a service has failed. It has ended when this method returns or throws.</param>
    /// <exception cref="ServiceFailedException">Services failed, or were not ready in time. The message has all of them with their
    /// reasons.</exception>
    public async Task<IReadOnlyList<EngineContainer>> UntilReadyAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var working = work(stop.Token);
        try
        {
            return await WatchAsync(_events.Reader, working, ct);
        }
        finally
        {
            await stop.CancelAsync();
            await WaitForEndAsync(working);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var wait in _waits.Values)
        {
            wait.Dispose();
        }

        await _stop.CancelAsync();
        await _pump;
        _stop.Dispose();
    }

    private async Task<IReadOnlyList<EngineContainer>> WatchAsync(ChannelReader<EngineEvent> events, Task up, CancellationToken ct)
    {
        while (true)
        {
            while (events.TryRead(out var happened))
            {
                Note(happened);
            }

            var isUp = up.IsCompleted;
            _pause = SafetyPoll;
            var containers = await _engine.ContainersAsync(_project, ct);
            var findings = await JudgeAsync(containers, isUp && up.IsCompletedSuccessfully, ct);
            Report(findings);
            if (findings.Any(finding => finding.Verdict == Verdict.Failed))
            {
                throw await DescribeAsync(findings.Where(finding => finding.Verdict == Verdict.Failed), up, ct);
            }

            if (isUp)
            {
                await up;
                StartClock();
                if (findings.All(finding => finding.Verdict == Verdict.Ready))
                {
                    return containers;
                }
            }

            if (Elapsed > _deadline)
            {
                throw await DescribeAsync(findings.Where(finding => finding.Verdict == Verdict.Waiting).Select(TimedOut), up, ct);
            }

            await WaitForNewsAsync(events, isUp ? null : up, ct);
        }
    }

    /// <summary>Waits for an event, for the end of <c>up</c>, or for the next poll: events are lost when the engine restarts.</summary>
    private async Task WaitForNewsAsync(ChannelReader<EngineEvent> events, Task? up, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> any = [Task.Delay(_pause, _options.Time, over.Token)];
        if (!events.Completion.IsCompleted)
        {
            any.Add(events.WaitToReadAsync(over.Token).AsTask());
        }

        if (up is not null)
        {
            any.Add(up);
        }

        await Task.WhenAny(any);
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    private void StartClock() => _deadline ??= Elapsed + _options.Timeout;

    private void Report(IReadOnlyList<Finding> findings)
    {
        foreach (var service in findings.GroupBy(finding => finding.Service))
        {
            var states = Shown([.. service]).Select(finding => finding.State).Distinct().ToList();
            var state = string.Join(", ", states);
            if (_reported.GetValueOrDefault(service.Key) != state)
            {
                _reported[service.Key] = state;
                _options.OnChange?.Invoke(new ServiceProgress(service.Key, state, Elapsed));
            }

            ShowWait(service.Key, state, isOver: service.All(finding => finding.Verdict == Verdict.Ready));
        }
    }

    /// <summary>Without containers that are being replaced, as soon as there are others.</summary>
    private IReadOnlyList<Finding> Shown(IReadOnlyList<Finding> findings)
    {
        var others = findings
            .Where(finding => finding.Container is not { } container || !_options.Replaced.Contains(container.Id)).ToList();
        return others.Count > 0 ? others : findings;
    }

    private void ShowWait(string service, string state, bool isOver)
    {
        if (isOver && _waits.Remove(service, out var wait))
        {
            wait.Dispose();
        }
        else if (!isOver && _options.Activities is { } activities)
        {
            wait = _waits.GetValueOrDefault(service) ?? (_waits[service] = activities.Begin(service, Activity.Waiting));
            wait.Detail = state == Activity.Waiting ? null : state;
        }
    }

    /// <summary>Ends with the stream, also if that breaks: the polls go on, and fail if the engine is gone.</summary>
    private static async Task PumpAsync(IAsyncEnumerable<EngineEvent> events, ChannelWriter<EngineEvent> writer)
    {
        try
        {
            await foreach (var happened in events)
            {
                writer.TryWrite(happened);
            }
        }
        catch (Exception e) when (e is HarborException or OperationCanceledException)
        {
            // Expected when the stream is cancelled. After a broken one, the polls go on.
        }

        writer.Complete();
    }

    /// <summary>Lets a cancelled <c>up</c> end before the failure is reported. Its own error about the cancellation is ignored.</summary>
    private static async Task WaitForEndAsync(Task up)
    {
        try
        {
            await up;
        }
        catch (Exception e) when (e is OperationCanceledException or CommandFailedException or HarborException)
        {
            // The caller throws the failure that led here.
        }
    }
}
