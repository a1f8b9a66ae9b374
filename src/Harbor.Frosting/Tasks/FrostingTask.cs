using Cake.Core;

namespace Harbor.Frosting;

/// <summary>A written task. If <see cref="Run"/> is not overridden, it only groups its dependencies and is not in the report.</summary>
public abstract class FrostingTask<TContext> : FrostingTaskBase<TContext>
    where TContext : class, ICakeContext
{
    public virtual void Run(TContext context) => TaskScope.Current?.MarkDelegated();

    internal sealed override Task InvokeAsync(TContext context, CancellationToken ct)
    {
        Run(context);
        return Task.CompletedTask;
    }
}

/// <inheritdoc/>
public abstract class FrostingTask : FrostingTask<ICakeContext>;
