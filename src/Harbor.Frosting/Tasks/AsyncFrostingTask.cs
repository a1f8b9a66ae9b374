using Cake.Core;

namespace Harbor.Frosting;

/// <summary>An asynchronous written task. Override one of the two methods.</summary>
public abstract class AsyncFrostingTask<TContext> : FrostingTaskBase<TContext>
    where TContext : class, ICakeContext
{
    /// <summary>The signature of Cake.Frosting. The token is <see cref="FrostingContext.CancellationToken"/>.</summary>
    public virtual Task RunAsync(TContext context)
    {
        TaskScope.Current?.MarkDelegated();
        return Task.CompletedTask;
    }

    /// <param name="ct">Cancelled by the first Ctrl-C; in a cleanup task, by the second.</param>
    public virtual Task RunAsync(TContext context, CancellationToken ct) => RunAsync(context);

    internal sealed override Task InvokeAsync(TContext context, CancellationToken ct) => RunAsync(context, ct);
}

/// <inheritdoc/>
public abstract class AsyncFrostingTask : AsyncFrostingTask<ICakeContext>;
