using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;

namespace Harbor.Server.Pages;

public sealed record DeploymentRow(Guid Id, string Name, DeploymentStatus Status, string Network, string? Error, DateTimeOffset UpdatedAt);

/// <param name="Shown">The build whose log is on the page.</param>
/// <param name="Log">The end of it; null: there is none.</param>
/// <param name="Instances">By seed, from <paramref name="FirstSeed"/>.</param>
/// <param name="NextSeed">Where the next instances begin; null: there are no more.</param>
public sealed record DeploymentView(
    Deployment Row, IReadOnlyList<Build> Builds, Build? Shown, LogView? Log, InstanceCounts Counts, IReadOnlyList<Instance> Instances,
    long FirstSeed, long? NextSeed);

/// <param name="Text">The end of a log.</param>
/// <param name="Length">Of the whole log, in bytes.</param>
public sealed record LogView(string Text, long Length)
{
    private const int Tail = 64 * 1024;

    public bool IsCut => Length > Tail;

    /// <returns>Null: nothing was written.</returns>
    internal static LogView? Of(string file) => BuildLogs.Tail(file, Tail) is { Length: > 0 } text
        ? new LogView(PlainText.Of(text), new FileInfo(file).Length) : null;
}
