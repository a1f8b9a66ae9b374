using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Harbor.Server.Telemetry;

/// <summary>What this process counts and traces. Ids and words only: no text of a request, a result or a log.</summary>
internal static class Meters
{
    public const string Name = "Harbor.Server";

    private static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Traces = new(Name);

    public static readonly Counter<long> RolloutsEnded = Meter.CreateCounter<long>("harbor.rollouts.ended", null,
        "Rollouts that have ended, by status and failure_kind.");

    public static readonly Counter<long> AttemptsFailed = Meter.CreateCounter<long>("harbor.rollouts.attempts.failed", null,
        "Attempts that the platform failed and that are run again, by failure_kind.");

    public static readonly Counter<long> BuildsEnded = Meter.CreateCounter<long>("harbor.builds.ended", null,
        "Builds that have ended, by status.");

    private static readonly Histogram<double> Phases = Meter.CreateHistogram<double>("harbor.rollouts.phase.duration", "s",
        "How long rollouts waited, started, ran, were verified and collected.");

    public static void Phase(string name, double? milliseconds)
    {
        if (milliseconds is { } time)
        {
            Phases.Record(time / 1000, new KeyValuePair<string, object?>("phase", name));
        }
    }
}
