using Harbor.Descriptors;
using Harbor.Frosting;

namespace Harbor.Pipeline;

/// <summary>Turns the steps of a stage into tasks.</summary>
internal static class StepTasks
{
    public static IEnumerable<StepTask> Expand(HarborContext context, StageSection stage, Func<Step, CancellationToken, Task> run)
    {
        var limit = new StageLimit(stage.Timeout, context.Scope.Time);
        var taken = new HashSet<string>();
        foreach (var step in stage.Steps)
        {
            var name = step.TaskName;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = $"{step.TaskName}:{number}";
            }

            yield return new StepTask(name, ct => limit.RunAsync(rest => run(step, rest), ct))
            {
                ContinueOnError = step.ContinueOnError,
                Description = $"{step.Action} ({step.At})",

                // A dry run merges no variables, so it can't evaluate conditions.
                WhyNot = () => context.IsDryRun || context.Merged.Value.Holds(step) ? null : $"'when: {step.When}' is false",
            };
        }
    }

    /// <summary>Makes each task depend on the one before it.</summary>
    public static IEnumerable<StepTask> InOrder(IEnumerable<StepTask> tasks)
    {
        var previous = default(string);
        foreach (var task in tasks)
        {
            yield return previous is null ? task : task with { DependsOn = [.. task.DependsOn, previous] };
            previous = task.Name;
        }
    }

    /// <summary>The timeout of a whole stage. It starts with the stage's first step.</summary>
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
            var left = limit - time.GetElapsedTime(_started.Value);
            using var timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
            try
            {
                await step(rest.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new HarborException($"The stage exceeded its timeout of {limit.TotalSeconds:0.#} s in the descriptor.");
            }
        }
    }
}
