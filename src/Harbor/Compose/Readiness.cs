using System.Diagnostics;
using System.Threading.Channels;
using Harbor.Engines;
using Harbor.Processes;
using Harbor.Secrets;

namespace Harbor.Compose;

public sealed record ReadinessOptions
{
    /// <summary>From the first container that is created or started, so that pulling images doesn't count.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A container without health check is ready when it has stayed up this long, so that one that crashes on its configuration is not taken for ready.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Masks log lines and health output in errors.</summary>
    public Redaction? Redaction { get; init; }

    /// <summary>Called when a service's state changed: <c>waiting, created, starting, running, healthy, completed, restarting, unhealthy, exited (1)</c>.</summary>
    public Action<ServiceProgress>? OnChange { get; init; }
}

public sealed record ServiceProgress(string Service, string State, TimeSpan Elapsed);

/// <summary>Waits until the services are ready, told by the engine's events: <c>up --wait</c> polls every 500 ms and takes a one-shot that exited with 0 for a failure.</summary>
public sealed partial class Readiness
{
    private static readonly TimeSpan SafetyPoll = TimeSpan.FromSeconds(1);
    private readonly IEngine _engine;
    private readonly string _project;
    private readonly IReadOnlyList<ResolvedService> _services;
    private readonly ReadinessOptions _options;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly Dictionary<string, string> _reported = [];
    private TimeSpan? _deadline;
    private TimeSpan _pause = SafetyPoll;

    private Readiness(IEngine engine, string project, IReadOnlyList<ResolvedService> services, ReadinessOptions options) =>
        (_engine, _project, _services, _options) = (engine, project, services, options);

    /// <summary>Watches, then does <paramref name="up"/>, and returns the project's containers once all services are ready.</summary>
    /// <param name="services">These and what they depend on are waited for; none means all of the model.</param>
    /// <param name="up">Starts them. Cancelled when a service has failed for good.</param>
    /// <exception cref="ServiceFailedException">Services failed, or were not ready in time: all of them, with why.</exception>
    public static async Task<IReadOnlyList<EngineContainer>> WaitAsync(
        IEngine engine, ResolvedModel model, IReadOnlyCollection<string> services, Func<CancellationToken, Task> up, ReadinessOptions options, CancellationToken ct)
    {
        var readiness = new Readiness(engine, model.Project, WithDependencies(model, services), options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var events = Channel.CreateUnbounded<EngineEvent>();
        var pump = PumpAsync(await engine.EventsAsync(model.Project, stop.Token), events.Writer);
        readiness._runningBefore.UnionWith(
            from container in await engine.ContainersAsync(model.Project, ct) where container.State == ContainerState.Running select container.Id);
        var starting = up(stop.Token);
        try
        {
            return await readiness.WatchAsync(events.Reader, starting, ct);
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
            await EndedAsync(starting);
        }
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
                throw await FailedAsync(findings.Where(finding => finding.Verdict == Verdict.Failed), up, ct);
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

            if (_elapsed.Elapsed > _deadline)
            {
                throw await FailedAsync(findings.Where(finding => finding.Verdict == Verdict.Waiting).Select(TimedOut), up, ct);
            }

            await SomethingAsync(events, isUp ? null : up, ct);
        }
    }

    /// <summary>An event, the end of <c>up</c>, or the safety poll's turn, for the events that are lost when the engine restarts.</summary>
    private async Task SomethingAsync(ChannelReader<EngineEvent> events, Task? up, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> any = [Task.Delay(_pause, over.Token)];
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

    private void StartClock() => _deadline ??= _elapsed.Elapsed + _options.Timeout;

    private void Report(IReadOnlyList<Finding> findings)
    {
        foreach (var service in findings.GroupBy(finding => finding.Service))
        {
            var states = service.Select(finding => finding.State).Distinct().ToList();
            var state = string.Join(", ", states);
            if (_reported.GetValueOrDefault(service.Key) != state)
            {
                _reported[service.Key] = state;
                _options.OnChange?.Invoke(new ServiceProgress(service.Key, state, _elapsed.Elapsed));
            }
        }
    }

    private static IReadOnlyList<ResolvedService> WithDependencies(ResolvedModel model, IReadOnlyCollection<string> services)
    {
        var wanted = new HashSet<string>();
        var open = new Stack<string>(services.Count > 0 ? services : model.Services.Keys);
        while (open.TryPop(out var name))
        {
            if (model.Services.TryGetValue(name, out var service) && wanted.Add(name))
            {
                foreach (var dependency in service.DependsOn.Keys)
                {
                    open.Push(dependency);
                }
            }
        }

        return [.. model.Services.Values.Where(service => wanted.Contains(service.Name))];
    }

    /// <summary>Ends with the stream, however that ends: the safety poll goes on, and tells if the engine is gone.</summary>
    private static async Task PumpAsync(IAsyncEnumerable<EngineEvent> events, ChannelWriter<EngineEvent> writer)
    {
        try
        {
            await foreach (var happened in events)
            {
                writer.TryWrite(happened);
            }
        }
        catch (Exception e) when (e is DeploymentException or OperationCanceledException)
        {
            // Said above.
        }

        writer.Complete();
    }

    /// <summary>Lets a cancelled <c>up</c> end before its failure is reported; what it says about being cancelled is no news.</summary>
    private static async Task EndedAsync(Task up)
    {
        try
        {
            await up;
        }
        catch (Exception e) when (e is OperationCanceledException or CommandFailedException or DeploymentException)
        {
            // The caller has the failure that led here.
        }
    }
}
