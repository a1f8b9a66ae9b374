using System.Diagnostics;
using Harbor.Server.Builds;
using Harbor.Server.Rollouts;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Harbor.Server.Telemetry;

/// <summary>
/// Traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the usual variables of OpenTelemetry say how. A span for each request,
/// attempt, phase and build.
/// </summary>
internal static class Tracing
{
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <returns>Null: nobody collects. Else it sends what is left when it is disposed.</returns>
    public static TracerProvider? Start() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? null
        : Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("harbor-server", serviceVersion: HarborServer.Version))
            .AddSource(Meters.Name, "Microsoft.AspNetCore").AddOtlpExporter().Build();

    public static Activity? Attempt(Rollout rollout) => Meters.Traces.StartActivity(
        "rollout", ActivityKind.Internal, default(ActivityContext), [
            new("harbor.rollout", $"{rollout.Id}"), new("harbor.deployment", $"{rollout.DeploymentId}"),
            new("harbor.job", rollout.JobId), new("harbor.seed", rollout.Seed), new("harbor.attempt", rollout.Attempts),
        ]);

    public static Activity? Build(Build build) => Meters.Traces.StartActivity("build", ActivityKind.Internal, default(ActivityContext),
        [new("harbor.build", $"{build.Id}"), new("harbor.deployment", $"{build.DeploymentId}")]);

    /// <summary>How it ended; no text of the program.</summary>
    public static void Ended(RolloutState state, Outcome outcome)
    {
        Activity.Current?.SetTag("harbor.status", state.Word()).SetTag("harbor.failure_kind", outcome.FailureKind)
            .SetTag("harbor.reward", outcome.Reward);
        if (outcome.IsInfra)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error, outcome.FailureKind);
        }
    }
}
