using Cake.Core;

namespace Harbor.Frosting;

/// <summary>A task that is data: made by the <c>Expand</c> of a written task, named like <c>Hook:pre_deploy:notify</c>.</summary>
/// <param name="Name">Unique among all tasks, written and expanded, ignoring case.</param>
public sealed record StepTask(string Name, Func<CancellationToken, Task> Run)
{
    /// <summary>Names of written or expanded tasks, besides everything that the expanding task depends on.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    public string? Description { get; init; }

    /// <summary>A failure is printed and reported, but blocks nothing and does not fail the run.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>As <see cref="CleanupAttribute"/>; it does not wait for what the expanding task depends on.</summary>
    public bool Cleanup { get; init; }

    /// <summary>Why the step is skipped this time, or null to run it; asked when its turn comes.</summary>
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
