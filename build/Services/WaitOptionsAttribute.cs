using System.Globalization;
using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Readiness;

namespace Harbor.Pipeline.Services;

/// <summary>Options of tasks that wait until services are ready.</summary>
public sealed class WaitOptionsAttribute : TaskOptionsAttribute
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    public override IReadOnlyList<TaskOptionAttribute> Options { get; } =
    [
        new("no-wait", "Don't wait until the services are ready"),
        new("timeout", "How long they may take to become ready (default: 5m)") { Value = "TIME" },
    ];

    /// <summary>Null with <c>--no-wait</c>.</summary>
    internal static async Task<ReadinessOptions?> ReadinessAsync(HarborContext context, CancellationToken ct) => context.Settings.NoWait
        ? null
        : new ReadinessOptions
        {
            Timeout = context.Settings.Timeout ?? DefaultTimeout,
            Redaction = context.Scope.Redaction,
            ShowsLogs = await context.TryRegisterSecretsAsync(ct),
            Time = context.Scope.Time,
            Activities = context.Scope.Activities,
            OnChange = progress => context.Log.Verbose("{0}", string.Create(
                CultureInfo.InvariantCulture, $"{progress.Service} {progress.State} {progress.Elapsed.TotalSeconds:0.0} s")),
        };
}
