using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Readiness;

/// <summary>What has to become of a service until it is ready.</summary>
/// <param name="Replicas">How many containers it should have.</param>
/// <param name="OneShot">It is done when it has exited with 0.</param>
/// <param name="MayEnd">It may exit with 0, but need not.</param>
public sealed record AwaitedService(string Name, int Replicas, bool OneShot, bool MayEnd)
{
    public static AwaitedService From(ResolvedService service) =>
        new(service.Name, service.Replicas, service.OneShot, service.Restart == "no");

    /// <summary>The services of containers that are there, when no compose file is at hand.</summary>
    /// <param name="isJob">Whether the container had done its work when it was deployed.</param>
    public static IReadOnlyList<AwaitedService> From(IEnumerable<EngineContainer> containers, Func<EngineContainer, bool> isJob) =>
        [.. containers.GroupBy(container => container.Service).Select(own => new AwaitedService(
            own.Key, own.Count(), own.Any(one => isJob(one) || one.Label(ResolvedService.OneShotLabel) == "true"), MayEnd: false))];
}
