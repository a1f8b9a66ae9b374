using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>Whether a container is as it should be, other services left aside.</summary>
/// <param name="Why">Why it is recreated; nothing where it is as it should be.</param>
internal sealed record ContainerVerdict(EngineContainer Container, IReadOnlyList<string> Why, bool IsDrift);

internal static class ContainerVerdicts
{
    private const string ImageLabel = "com.docker.compose.image";

    /// <summary>
    /// By service, the digest; empty where no label is stamped, because plain Compose made the containers and they stay. A mark after it
    /// has Compose recreate containers whose digest did not change; it stays for as long as the digest does.
    /// </summary>
    public static Dictionary<string, string> Stamps(SettledStack stack) =>
        stack.Now.Model.Services.Keys.ToDictionary(service => service, service => Stamp(stack, service));

    /// <summary>By service. Containers that stay come first: those beyond the service's replicas are removed.</summary>
    public static Dictionary<string, IReadOnlyList<ContainerVerdict>> Judge(
        SettledStack stack, IReadOnlyDictionary<string, string> stamps)
    {
        var built = BuiltImages(stack.Now);
        return stack.Now.Model.Services.Values.ToDictionary(
            service => service.Name,
            service => (IReadOnlyList<ContainerVerdict>)[.. stack.ContainersOf(service.Name)
                .Select(container => Judge(stack, service, container, stamps[service.Name], built))
                .OrderBy(verdict => verdict.Why.Count > 0).ThenBy(verdict => verdict.Container.Number)]);
    }

    /// <summary>Repairing removes it before <c>up</c>, to which it is a container that was not there.</summary>
    public static bool IsNeverStarted(ContainerVerdict verdict, IReadOnlyDictionary<string, string> stamps) =>
        InterruptedRecreate.IsUntrusted(verdict.Container, stamps);

    private static string Stamp(SettledStack stack, string service)
    {
        var (now, own) = (stack.Now, stack.ContainersOf(service));
        var digest = now.Digests.Services[service];
        return own.Any(container => HandEdit(stack, container) is not null || now.Elsewhere.ContainsKey(container.Id)
            || UnreadFiles.ThatCannotBeReloaded(now, container).Count > 0 || IsDistrusted(now, digest, container))
            ? Marked(now, service)
            : AdoptableServices.MayStay(stack, service, own) ? ""
            : own.Select(container => container.Label(ComposeTool.DigestLabel) ?? "")
                .FirstOrDefault(label => HasDigest(label, digest))
                ?? Owned(now, service);
    }

    /// <summary>The label with a mark of this run.</summary>
    public static string Marked(StackState now, string service) => $"{Owned(now, service)}.{now.Nonce}";

    private static string Owned(StackState now, string service) =>
        now.OwnerTag.Length == 0 ? now.Digests.Services[service] : $"{now.Digests.Services[service]}.{now.OwnerTag}";

    private static ContainerVerdict Judge(
        SettledStack stack, ResolvedService service, EngineContainer container, string stamp, HashSet<string> built)
    {
        var now = stack.Now;
        var label = container.Label(ComposeTool.DigestLabel) ?? "";
        var isSame = HasDigest(label, now.Digests.Services[service.Name]);
        var broken = isSame ? Trouble(now, container) : null;
        var isCreated = container.State == ContainerState.Created;
        var isDrift = isCreated || broken is not null;
        List<string> why =
        [
            .. isCreated ? ["was created but never started"]
                : !isSame ? []
                : broken is not null ? [broken, "the last Deploy did not get to its end"]
                : UnreadFiles.ThatCannotBeReloaded(now, container),
        ];
        if ((now.Elsewhere.GetValueOrDefault(container.Id) ?? HandEdit(stack, container)) is { } edit)
        {
            isDrift = true;
            why.Add(edit);
        }
        else if (label != stamp && !stack.IsDeployed(container) && why.Count == 0)
        {
            isDrift = true;
            why.Add(label.Length == 0
                ? "was not deployed by Harbor: it was made or replaced by hand"
                : "is of a Deploy that did not get to its end, or was replaced by hand");
        }

        if (!isSame && stamp.Length > 0 && stack.IsDeployed(container))
        {
            why.AddRange(PartChanges.Find(
                now.Parts?.GetValueOrDefault(service.Name), now.Digests.Parts[service.Name], now.RenderedChanges));
        }
        else if (label != stamp && why.Count == 0)
        {
            why.Add("another container of the service is recreated");
        }

        if (built.Contains(ImageName.Full(service.Image)))
        {
            why.Add("its image is built again");
        }
        else if (!now.Images.ContainsKey(service.Image))
        {
            why.Add($"image {service.Image} is not here and is pulled");
        }
        else if (!HasImage(now, service, container))
        {
            isDrift |= isSame;
            why.Add($"image {service.Image} is another one now");
        }

        return new ContainerVerdict(container, why, isDrift);
    }

    /// <summary>Whether it was created from the image that has the name now.</summary>
    public static bool HasImage(StackState now, ResolvedService service, EngineContainer container) =>
        now.Images.TryGetValue(service.Image, out var image) && (container.Label(ImageLabel) ?? container.ImageId) == image;

    /// <summary>Several services may use the image that one of them builds.</summary>
    private static HashSet<string> BuiltImages(StackState now) =>
        now.ToBuild.Select(service => ImageName.Full(now.Model.Services[service].Image)).ToHashSet();

    private static bool HasDigest(string label, string digest) =>
        label == digest || label.StartsWith(digest + ".", StringComparison.Ordinal);

    /// <summary>What was done to it from outside, in words; null where nothing was.</summary>
    private static string? HandEdit(SettledStack stack, EngineContainer container) =>
        stack.DeployedAs(container) is not { } was ? null
        : !RunningCheck.IsConnectedAs(was, container) ? RunningCheck.Reconnected(was, container)
        : stack.Now.Edited.GetValueOrDefault(container.Id);

    /// <summary>An unfinished Deploy left it, and Compose would keep it for its digest, and only start it.</summary>
    private static bool IsDistrusted(StackState now, string digest, EngineContainer container) =>
        HasDigest(container.Label(ComposeTool.DigestLabel) ?? "", digest)
        && (Trouble(now, container) is not null
            || (container.State == ContainerState.Created && !InterruptedRecreate.IsFirst(container)));

    /// <summary>
    /// Null where it may be kept. After a finished Deploy that is always so: the container once had everything that it needs.
    /// </summary>
    private static string? Trouble(StackState now, EngineContainer container) => !now.IsUnfinished ? null : container switch
    {
        { State: ContainerState.Restarting } => "restarts again and again",
        { State: ContainerState.Running } when now.Looping.Contains(container.Id) => "restarts again and again",
        { State: ContainerState.Running, Health: ContainerHealth.Unhealthy } => "is unhealthy",
        { State: ContainerState.Exited, ExitCode: not 0 } => $"stopped (exit code {container.ExitCode})",
        { State: ContainerState.Dead } => "is dead",
        _ => null,
    };
}
