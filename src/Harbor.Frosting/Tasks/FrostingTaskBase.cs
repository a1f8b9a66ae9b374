using System.Runtime.ExceptionServices;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>What written tasks share, synchronous or not. Derive from <see cref="FrostingTask{TContext}"/> or <see cref="AsyncFrostingTask{TContext}"/>.</summary>
public abstract class FrostingTaskBase<TContext> : IFrostingTask
    where TContext : class, ICakeContext
{
    /// <summary>False skips the task without giving a reason, as in Cake; prefer <see cref="WhyNot"/>. Asked when the task's turn comes, not before.</summary>
    public virtual bool ShouldRun(TContext context) => true;

    /// <summary>
    /// Why the task is skipped this time (printed, and in the report), or null to run it. Asked after <see cref="ShouldRun"/>.
    /// A skipped task does not block its dependents; skipping a task that was asked for by <c>--target</c> is a failure, as in Cake.
    /// </summary>
    public virtual string? WhyNot(TContext context) => null;

    /// <summary>
    /// Called when the task failed, not when it was cancelled. An override that returns swallows the error, as in Cake:
    /// the run goes on and succeeds. Not overridden, it rethrows, and the task has failed.
    /// </summary>
    public virtual void OnError(Exception exception, TContext context) => ExceptionDispatchInfo.Throw(exception);

    /// <summary>Called after the task ran, failed or was cancelled; not after a skip.</summary>
    public virtual void Finally(TContext context)
    {
    }

    /// <summary>
    /// The tasks that the descriptor calls for. This task waits for all of them; each of them waits for whatever this task
    /// depends on. Called once, before anything runs, and only if the targets reach this task; must not have effects.
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
