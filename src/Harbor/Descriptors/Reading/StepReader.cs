using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors.Reading;

/// <param name="stack">The service in whose override the steps stand, or null in the system's descriptor.</param>
internal sealed class StepReader(Actions actions, string? stack, ProblemList problems, ReferenceList references)
{
    public IReadOnlyList<Step> Read(Fields stage) => stage.List("steps", node => Fields.Read(node, "a step", problems, One)) ?? [];

    private Step One(Fields step)
    {
        var action = step.Required("action", Known);
        var shape = actions.All.FirstOrDefault(shape => shape.Name == action);
        if (shape is null)
        {
            step.AcceptAnything();
            return new Step(step.At, action);
        }

        step.What = $"the step '{action}'";
        if (shape.WholeStack && stack is not null)
        {
            step.Problem(step.Place("action"), $"'{action}' acts on the whole stack: it belongs in etc/harbor.yaml.");
        }

        var result = new Step(step.At, action)
        {
            When = step.AnyScalar("when"),
            ContinueOnError = step.Flag("continueOnError") ?? false,
            Timeout = shape.Takes.HasFlag(Takes.Timeout) ? step.Time("timeout") ?? shape.Timeout : null,
            Service = shape.Takes.HasFlag(Takes.Service) ? Service(step, shape) : null,
            Targets = shape.Takes.HasFlag(Takes.Target) ? Targets(step) : [],
        };
        return shape.Takes.HasFlag(Takes.Tail) && step.Number("tail", 0, 10_000) is { } tail ? result with { Tail = tail } : result;
    }

    private string? Service(Fields step, ActionShape shape)
    {
        var service = shape.NeedsService && stack is null ? step.Required("service", Grammar.Name) : step.Text("service", Grammar.Name) ?? stack;
        references.Add(step.Place("service"), "service", service);
        return service;
    }

    private IReadOnlyList<string> Targets(Fields step)
    {
        var targets = step.OneOrMore("target", Grammar.Name);
        foreach (var target in targets ?? [])
        {
            references.Add(step.Place("target"), "target", target);
        }

        return targets ?? (stack is null ? [] : [stack]);
    }

    private string? Known(string action) =>
        Grammar.OneOf([.. actions.All.Select(shape => shape.Name)])(action) is { } expected ? $"an action of {actions.Stage}, {expected}" : null;
}
