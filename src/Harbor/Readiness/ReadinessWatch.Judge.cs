using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Readiness;

public sealed partial class ReadinessWatch
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

    /// <summary>The judgement on one container, or on a service without one.</summary>
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
                _started[happened.ContainerId] = Elapsed;
                break;
            case "die" when _started.ContainsKey(happened.ContainerId):
                _died[happened.ContainerId] = _died.GetValueOrDefault(happened.ContainerId) + 1;
                break;
        }
    }

    /// <param name="isUp">Until then, old containers still exist, so only a container that started during the watch can fail.</param>
    private async Task<IReadOnlyList<Finding>> JudgeAsync(IReadOnlyList<EngineContainer> containers, bool isUp, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var service in _services)
        {
            var own = containers.Where(container => container.Service == service.Name).ToList();
            foreach (var container in own)
            {
                var finding = await JudgeAsync(service, container, ct);
                findings.Add(finding.Verdict == Verdict.Failed && !isUp && MayBeReplaced(container)
                    ? finding with { Verdict = Verdict.Waiting } : finding);
            }

            if (own.Count < service.Replicas)
            {
                findings.Add(new Finding(service.Name, null, Verdict.Waiting, "waiting", "it has no container"));
            }
        }

        return findings;
    }

    /// <summary>While <c>up</c> works: an old container, or one that <c>up</c> itself stopped to replace it.</summary>
    private bool MayBeReplaced(EngineContainer container) =>
        _options.Replaced.Contains(container.Id) || !_started.ContainsKey(container.Id) || container.ExitCode is Killed or Terminated;

    private async Task<Finding> JudgeAsync(AwaitedService service, EngineContainer container, CancellationToken ct)
    {
        Finding Judged(Verdict verdict, string state, string why = "") => new(service.Name, container, verdict, state, why);
        var code = container.ExitCode;
        return (container.State, container.Health) switch
        {
            (ContainerState.Running, ContainerHealth.Healthy) => Judged(Verdict.Ready, "healthy"),
            (ContainerState.Running, ContainerHealth.Unhealthy) => Judged(Verdict.Failed, "unhealthy", "is unhealthy"),
            (ContainerState.Running, ContainerHealth.Starting) => Judged(Verdict.Waiting, "starting", "is not healthy yet"),
            (ContainerState.Running, _) when service.OneShot => Judged(Verdict.Waiting, "running", "has not completed yet"),
            (ContainerState.Running, _) when _died.GetValueOrDefault(container.Id) < MaxRestarts && StaysUp(container.Id) =>
            Judged(Verdict.Ready, "running"),
            (ContainerState.Running, _) when !_died.ContainsKey(container.Id) =>
            Judged(Verdict.Waiting, "running", "has not stayed up long enough"),
            (ContainerState.Running or ContainerState.Restarting, _) => await JudgeRestartsAsync(Judged, container, ct),
            (ContainerState.Exited, _) when code == 0 && (service.OneShot || service.MayEnd) => Judged(Verdict.Ready, "completed"),
            (ContainerState.Exited, _) when code == 0 =>
                Judged(Verdict.Failed, "exited (0)",
                    "exited with code 0, but is not marked as one-shot. A service that ends by itself needs " +
                    "the label harbor.one-shot: \"true\""),
            (ContainerState.Exited, _) => Judged(Verdict.Failed, $"exited ({code})", $"exited with code {code}"),
            _ => Judged(
            Verdict.Waiting, container.State.ToString().ToLowerInvariant(), $"is {container.State.ToString().ToLowerInvariant()}"),
        };
    }

    /// <summary>
    /// Whether a container without health check started before the watch, or long enough ago. One that has ended during the watch must run
    /// longer.
    /// </summary>
    private bool StaysUp(string id)
    {
        if (!_started.TryGetValue(id, out var start))
        {
            if (_runningBefore.Contains(id))
            {
                return true;
            }

            _started[id] = start = Elapsed; // The engine's list may be ahead of its events.
        }

        var left = start + (_died.ContainsKey(id) ? AfterRestart : _options.Settle) - Elapsed;
        if (left > TimeSpan.Zero && left < _pause)
        {
            _pause = left;
        }

        return left <= TimeSpan.Zero;
    }

    private async Task<Finding> JudgeRestartsAsync(
        Func<Verdict, string, string, Finding> found, EngineContainer container, CancellationToken ct)
    {
        var details = container.State == ContainerState.Restarting ? await _engine.InspectAsync(container.Id, ct) : null;
        var restarts = Math.Max(_died.GetValueOrDefault(container.Id), details?.Restarts ?? 0);
        return restarts >= MaxRestarts
            ? found(Verdict.Failed, "restarting",
                $"keeps restarting ({restarts} times{(details is null ? "" : $", last exit code {details.ExitCode}")})")
            : found(Verdict.Waiting, "restarting", "has restarted and has not stayed up long enough");
    }

    private Finding TimedOut(Finding finding) =>
        finding with
        {
            Why =
            $"was not ready within {_options.Timeout.TotalSeconds:0.#} s: {(finding.Container is null ? "" : "it ")}{finding.Why}"
        };

    /// <summary>The error with the last log lines and the last health check of each failed container.</summary>
    private async Task<ServiceFailedException> DescribeAsync(IEnumerable<Finding> findings, Task up, CancellationToken ct)
    {
        var failures = new List<ServiceFailure>();
        foreach (var finding in findings)
        {
            var details = finding.Container is { } container ? await _engine.InspectAsync(container.Id, ct) : null;
            var logs = finding.Container is { } logged && _options.ShowsLogs ? await _engine.LogsAsync(logged.Id, LogLines, ct) : [];
            var probe = details?.Probes.LastOrDefault(probe => probe.ExitCode != 0)
                ?? (details is { Probes: [.., var last] } ? last : null);
            var isCheckAtFault = finding.State is "unhealthy" or "starting";
            var why = finding.Why
                + (isCheckAtFault && probe is not null ? $", its health check exits with {probe.ExitCode}" : "")
                + (details?.OutOfMemory == true ? ", killed for using too much memory" : "")
                + (details?.Error.Length > 0 ? $", {details.Error}" : "");
            failures.Add(new ServiceFailure(
                finding.Service,
                Masked(why),
                logs.Count == 0 ? [] : Masked(string.Join('\n', logs)).Split('\n'), // Joined, because a secret may span several lines.
                isCheckAtFault && probe is not null && _options.ShowsLogs ? Masked(probe.Output.Trim()) : ""));
        }

        return new ServiceFailedException(failures, up.IsFaulted && up.Exception.InnerException is CommandFailedException compose
            ? compose : null);
    }

    private string Masked(string text) => _options.Redaction.Apply(text);
}
