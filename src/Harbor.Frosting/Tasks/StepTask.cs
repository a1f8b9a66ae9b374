using Cake.Core;

namespace Harbor.Frosting;

/// <summary>A generated task, returned by <c>Expand</c> of a written task and named like <c>Hook:pre_deploy:notify</c>.</summary>
/// <param name="Name">Unique among all tasks, written and expanded, ignoring case.</param>
public sealed record StepTask(string Name, Func<CancellationToken, Task> Run)
{
    /// <summary>Names of written or generated tasks, in addition to the dependencies of the expanding task.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public string? Description { get; init; }

    /// <summary>Whether a failure is reported but blocks no other task and does not fail the run.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>As <see cref="CleanupAttribute"/>. It does not get the dependencies of the expanding task.</summary>
    public bool Cleanup { get; init; }

    /// <summary>Returns the reason to skip the step, or null to run it. Called when the step is about to run.</summary>
    public Func<string?>? WhyNot { get; init; }

    internal CakeTask ToCakeTask()
    {
        var task = new CakeTask(Name) { Description = Description };
        task.Actions.Add(_ => Run(TaskScope.Current?.Token ?? CancellationToken.None));
        if (WhyNot is not null)
        {
            task.Criterias.Add(new CakeTaskCriteria(_ => Reason.Accepts(WhyNot()), null!));
        }

        if (ContinueOnError)
        {
            task.ErrorHandler = (_, _) => Task.CompletedTask;
        }

        return task;
    }
}
