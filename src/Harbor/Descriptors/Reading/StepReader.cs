using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <param name="stack">The service whose override is read; null for <c>etc/harbor.yaml</c>.</param>
internal sealed class StepReader(StageActions actions, string? stack, ProblemList problems, ReferenceList references)
{
    private readonly Dictionary<StepAction, Location> _once = [];

    public IReadOnlyList<Step> Read(Fields stage) => stage.ReadList("steps", node => Fields.Read(node, "a step", problems, One)) ?? [];

    private Step One(Fields step)
    {
        var action = step.ReadRequiredText("action", Known);
        var shape = actions.All.FirstOrDefault(shape => shape.Name == action);
        if (shape is null)
        {
            _ = (step.ReadDuration("timeout"), step.ReadFlag("continueOnError")); // What is wrong there is said at once, too.
            step.AcceptAnything();
            return new Step(step.At, action);
        }

        step.What = $"the step '{action}'";
        if (shape.WholeStack && stack is not null)
        {
            step.AddProblem(step.LocationOf("action"), $"'{action}' acts on the whole stack, so it belongs in etc/harbor.yaml.");
        }
        else if (shape.WholeStack && !_once.TryAdd(shape, step.At))
        {
            step.AddProblem(step.LocationOf("action"),
                $"'{action}' acts on the whole stack and may occur once, but line {_once[shape].Line} has it already: remove one of them.");
        }

        var result = new Step(step.At, action)
        {
            TaskName = shape.TaskName,
            When = step.ReadScalar("when"),
            ContinueOnError = step.ReadFlag("continueOnError") ?? false,
            Timeout = shape.Takes.HasFlag(Takes.Timeout) ? step.ReadDuration("timeout") ?? shape.Timeout : null,
            Service = shape.Takes.HasFlag(Takes.Service) ? Service(step, shape) : null,
            Targets = shape.Takes.HasFlag(Takes.Target) ? Targets(step) : [],
        };
        if (result.Service is { } service)
        {
            result = result with { TaskName = $"{shape.TaskName}:{service}" };
        }

        return shape.Takes.HasFlag(Takes.Tail) && step.ReadNumber("tail", 0, 10_000) is { } tail ? result with { Tail = tail } : result;
    }

    private string? Service(Fields step, StepAction shape)
    {
        var service = shape.NeedsService && stack is null
            ? step.ReadRequiredText("service", Grammar.Name) : step.ReadText("service", Grammar.Name) ?? stack;
        references.Add(step.LocationOf("service"), "service", service);
        return service;
    }

    private IReadOnlyList<string> Targets(Fields step)
    {
        var targets = step.ReadOneOrMoreTexts("target", Grammar.Name);
        foreach (var target in targets ?? [])
        {
            references.Add(step.LocationOf("target"), "target", target);
        }

        return targets ?? (stack is null ? [] : [stack]);
    }

    private string? Known(string action) =>
        Grammar.OneOf([.. actions.All.Select(shape => shape.Name)])(action) is { } expected
            ? $"an action of {actions.Stage}, {expected}" : null;
}
