using System.Runtime.ExceptionServices;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// Base class of written tasks. Derive from <see cref="FrostingTask{TContext}"/> or <see cref="AsyncFrostingTask{TContext}"/>.
/// </summary>
public abstract class FrostingTaskBase<TContext> : IFrostingTask
    where TContext : class, ICakeContext
{
    /// <summary>
    /// False skips the task without a reason, as in Cake; prefer <see cref="WhyNot"/>. Called when the task is about to run.
    /// </summary>
    public virtual bool ShouldRun(TContext context) => true;

    /// <summary>
    /// The reason to skip the task, which is printed and reported, or null to run it. Called after <see cref="ShouldRun"/>. A skipped task
    /// does not block its dependents. As in Cake, skipping a target is a failure.
    /// </summary>
    public virtual string? WhyNot(TContext context) => null;

    /// <summary>
    /// Called if the task failed, but not if it was cancelled. As in Cake, an override that returns swallows the error, and the run goes on
    /// and succeeds. The default rethrows, so that the task fails.
    /// </summary>
    public virtual void OnError(Exception exception, TContext context) => ExceptionDispatchInfo.Throw(exception);

    /// <summary>Called after the task succeeded, failed or was cancelled, but not after a skip.</summary>
    public virtual void Finally(TContext context)
    {
    }

    /// <summary>
    /// Generates further tasks. This task depends on all of them, and each of them gets this task's dependencies. Called once before the
    /// run, only if the targets reach this task. It must not have side effects.
    /// </summary>
    public virtual IEnumerable<StepTask> Expand(TContext context) => [];

    internal abstract Task InvokeAsync(TContext context, CancellationToken ct);

    Task IFrostingTask.RunAsync(ICakeContext context, CancellationToken ct) => InvokeAsync(Typed(context), ct);

    bool IFrostingTask.ShouldRun(ICakeContext context) => ShouldRun(Typed(context));

    string? IFrostingTask.WhyNot(ICakeContext context) => WhyNot(Typed(context));

    void IFrostingTask.OnError(Exception exception, ICakeContext context) => OnError(exception, Typed(context));

    void IFrostingTask.Finally(ICakeContext context) => Finally(Typed(context));

    IEnumerable<StepTask> IFrostingTask.Expand(ICakeContext context) => Expand(Typed(context));

    private TContext Typed(ICakeContext context) => context as TContext ?? throw new InvalidGraphException(
        $"Task '{GetType().Name}' is written for the context {typeof(TContext).Name}, but the host uses {context.GetType().Name}.");
}
