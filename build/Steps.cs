using Harbor.Build.Prepare;
using Harbor.Descriptors;
using Harbor.Frosting;

namespace Harbor.Build;

/// <summary>Turns the steps of a stage into tasks, in the descriptor's order.</summary>
internal static class Steps
{
    /// <summary>By the descriptor's words; the names that <c>--tree</c> and the report show.</summary>
    private static readonly Dictionary<string, string> TaskNames = new()
    {
        ["compose.up"] = "ComposeUp",
        ["compose.down"] = "ComposeDown",
        ["health"] = "Health",
        ["open"] = "Open",
        ["logs"] = "Logs",
        ["net.tunnel.quick"] = "Tunnel",
        ["net.tunnel.stop"] = "TunnelStop",
    };

    public static IEnumerable<StepTask> Of(HarborContext context, StageSection stage, Func<Step, CancellationToken, Task> run)
    {
        var limit = new StageLimit(stage.Timeout, context.Time);
        var taken = new HashSet<string>();
        foreach (var step in stage.Steps)
        {
            var name = TaskNames[step.Action] + (step.Service is null ? "" : $":{step.Service}");
            for (var number = 2; !taken.Add(name); number++)
            {
                name = $"{TaskNames[step.Action]}:{number}";
            }

            yield return new StepTask(name, ct => limit.RunAsync(rest => run(step, rest), ct))
            {
                ContinueOnError = step.ContinueOnError,
                Description = $"{step.Action} ({step.At})",
                // In a dry run nothing is merged, and so no condition can be told.
                WhyNot = () => context.IsDryRun || Holds(step, context.Merged) ? null : $"'when: {step.When}' does not hold",
            };
        }
    }

    /// <summary>Each waits for the one before it.</summary>
    public static IEnumerable<StepTask> InOrder(IEnumerable<StepTask> tasks)
    {
        var previous = default(string);
        foreach (var task in tasks)
        {
            yield return previous is null ? task : task with { DependsOn = [.. task.DependsOn, previous] };
            previous = task.Name;
        }
    }

    /// <summary>Nothing, <c>0</c>, <c>false</c>, <c>no</c> and <c>off</c> do not hold; everything else does.</summary>
    public static bool Holds(Step step, EnvironmentResult merged) =>
        step.When is null || merged.Expand(step.When, $"{step.At}: when").Trim().ToLowerInvariant() is not ("" or "0" or "false" or "no" or "off");

    /// <summary>The descriptor's timeout of a whole stage, from the start of its first step.</summary>
    private sealed class StageLimit(TimeSpan? timeout, TimeProvider time)
    {
        private long? _started;

        public async Task RunAsync(Func<CancellationToken, Task> step, CancellationToken ct)
        {
            if (timeout is not { } limit)
            {
                await step(ct);
                return;
            }

            _started ??= time.GetTimestamp();
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(ct);
            rest.CancelAfter(limit - time.GetElapsedTime(_started.Value) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero);
            try
            {
                await step(rest.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new DeploymentException($"The stage did not end within the {limit.TotalSeconds:0.#} s that the descriptor gives it.");
            }
        }
    }
}
