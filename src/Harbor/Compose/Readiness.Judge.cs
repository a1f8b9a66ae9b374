using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Compose;

public sealed partial class Readiness
{
    private const int MaxRestarts = 3;
    private const int LogLines = 20;
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;
    private static readonly TimeSpan AfterRestart = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _runningBefore = [];

    // Since the watch began, by container.
    private readonly Dictionary<string, TimeSpan> _started = [];
    private readonly Dictionary<string, int> _died = [];

    private enum Verdict
    {
        Waiting,
        Ready,
        Failed,
    }

    /// <summary>What is to be said of one container, or of a service that has none.</summary>
    private sealed record Finding(string Service, EngineContainer? Container, Verdict Verdict, string State, string Why = "");

    private void Note(EngineEvent happened)
    {
        switch (happened.Action)
        {
            case "create":
                StartClock();
                break;
            case "start":
                StartClock();
                _started[happened.ContainerId] = _elapsed.Elapsed;
                break;
            case "die" when _started.ContainsKey(happened.ContainerId):
                _died[happened.ContainerId] = _died.GetValueOrDefault(happened.ContainerId) + 1;
                break;
        }
    }

    /// <param name="isUp">While it isn't, containers of before still stand there: a failure is one only where the container started under our eyes.</param>
    private async Task<IReadOnlyList<Finding>> JudgeAsync(IReadOnlyList<EngineContainer> containers, bool isUp, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var service in _services)
        {
            var own = containers.Where(container => container.Service == service.Name).ToList();
            foreach (var container in own)
            {
                var finding = await JudgeAsync(service, container, ct);
                findings.Add(finding.Verdict == Verdict.Failed && !isUp && MayBeReplaced(container) ? finding with { Verdict = Verdict.Waiting } : finding);
            }

            if (own.Count < service.Replicas)
            {
                findings.Add(new Finding(service.Name, null, Verdict.Waiting, "waiting", "it has no container"));
            }
        }

        return findings;
    }

    /// <summary>While <c>up</c> works: a container of before, or one that <c>up</c> itself stopped to replace it.</summary>
    private bool MayBeReplaced(EngineContainer container) => !_started.ContainsKey(container.Id) || container.ExitCode is Killed or Terminated;

    private async Task<Finding> JudgeAsync(ResolvedService service, EngineContainer container, CancellationToken ct)
    {
        Finding Is(Verdict verdict, string state, string why = "") => new(service.Name, container, verdict, state, why);
        var code = container.ExitCode;
        return (container.State, container.Health) switch
        {
            (ContainerState.Running, ContainerHealth.Healthy) => Is(Verdict.Ready, "healthy"),
            (ContainerState.Running, ContainerHealth.Unhealthy) => Is(Verdict.Failed, "unhealthy", "is unhealthy"),
            (ContainerState.Running, ContainerHealth.Starting) => Is(Verdict.Waiting, "starting", "is not healthy yet"),
            (ContainerState.Running, _) when service.OneShot => Is(Verdict.Waiting, "running", "has not completed yet"),
            (ContainerState.Running, _) when _died.GetValueOrDefault(container.Id) < MaxRestarts && StaysUp(container.Id) => Is(Verdict.Ready, "running"),
            (ContainerState.Running, _) when !_died.ContainsKey(container.Id) => Is(Verdict.Waiting, "running", "has not stayed up for long"),
            (ContainerState.Running or ContainerState.Restarting, _) => await RestartedAsync(Is, container, ct),
            (ContainerState.Exited, _) when code == 0 && (service.OneShot || service.Restart == "no") => Is(Verdict.Ready, "completed"),
            (ContainerState.Exited, _) when code == 0 =>
                Is(Verdict.Failed, "exited (0)", "exited with code 0, and nothing says that it may: a service that ends by itself has the label harbor.one-shot: \"true\""),
            (ContainerState.Exited, _) => Is(Verdict.Failed, $"exited ({code})", $"exited with code {code}"),
            _ => Is(Verdict.Waiting, container.State.ToString().ToLowerInvariant(), $"is {container.State.ToString().ToLowerInvariant()}"),
        };
    }

    /// <summary>Of a container without health check: it started before the watch, or long enough ago; one that has ended already under our eyes has to last longer.</summary>
    private bool StaysUp(string id)
    {
        if (!_started.TryGetValue(id, out var start))
        {
            if (_runningBefore.Contains(id))
            {
                return true;
            }

            _started[id] = start = _elapsed.Elapsed; // The engine's list is faster than its event.
        }

        var left = start + (_died.ContainsKey(id) ? AfterRestart : _options.Settle) - _elapsed.Elapsed;
        if (left > TimeSpan.Zero && left < _pause)
        {
            _pause = left;
        }

        return left <= TimeSpan.Zero;
    }

    private async Task<Finding> RestartedAsync(Func<Verdict, string, string, Finding> found, EngineContainer container, CancellationToken ct)
    {
        var details = container.State == ContainerState.Restarting ? await _engine.InspectAsync(container.Id, ct) : null;
        var restarts = Math.Max(_died.GetValueOrDefault(container.Id), details?.Restarts ?? 0);
        return restarts >= MaxRestarts
            ? found(Verdict.Failed, "restarting", $"restarts again and again ({restarts} times{(details is null ? "" : $", last exit code {details.ExitCode}")})")
            : found(Verdict.Waiting, "restarting", "has restarted and not stayed up for long");
    }

    private Finding TimedOut(Finding finding) =>
        finding with { Why = $"was not ready within {_options.Timeout.TotalSeconds:0.#} s: {(finding.Container is null ? "" : "it ")}{finding.Why}" };

    /// <summary>Looks at what the failed containers have said last, and puts it into the error.</summary>
    private async Task<ServiceFailedException> FailedAsync(IEnumerable<Finding> findings, Task up, CancellationToken ct)
    {
        var failures = new List<ServiceFailure>();
        foreach (var finding in findings)
        {
            var details = finding.Container is { } container ? await _engine.InspectAsync(container.Id, ct) : null;
            var logs = finding.Container is { } logged ? await _engine.LogsAsync(logged.Id, LogLines, ct) : [];
            var probe = details?.Probes.LastOrDefault(probe => probe.ExitCode != 0) ?? (details is { Probes: [.., var last] } ? last : null);
            var isCheckAtFault = finding.State is "unhealthy" or "starting";
            var why = finding.Why
                + (isCheckAtFault && probe is not null ? $", its health check exits with {probe.ExitCode}" : "")
                + (details?.OutOfMemory == true ? ", killed for using too much memory" : "")
                + (details?.Error.Length > 0 ? $", {details.Error}" : "");
            failures.Add(new ServiceFailure(
                finding.Service,
                Masked(why),
                logs.Count == 0 ? [] : Masked(string.Join('\n', logs)).Split('\n'), // Together: a secret may go over several lines.
                isCheckAtFault && probe is not null ? Masked(probe.Output.Trim()) : ""));
        }

        return new ServiceFailedException(failures, up.IsFaulted && up.Exception.InnerException is CommandFailedException compose ? compose : null);
    }

    private string Masked(string text) => _options.Redaction?.Apply(text) ?? text;
}
