using Cake.Core;

namespace Harbor.Frosting;

/// <summary>A written task. Left without a <see cref="Run"/>, it only gathers its dependencies and is left out of the report.</summary>
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
