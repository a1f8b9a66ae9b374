using System.Globalization;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Planning;

/// <summary>A port that a service would publish, and that something else has.</summary>
/// <param name="Holder"><c>the container shop-web-1</c>, <c>python3 (pid 123)</c>, <c>the service api</c>.</param>
/// <param name="SetBy">The variables that have this value: <c>WEB_PORT is set by --set</c>; empty where none has.</param>
public sealed record PortConflict(string Service, int Port, string Protocol, string Holder, IReadOnlyList<string> SetBy)
{
    /// <summary>Where the port is written, if that is certain: <c>etc/stacks/compose.web.yml:4</c>.</summary>
    public string? Place { get; init; }

    public override string ToString() =>
        $"{Service}: port {Port}{(Protocol == "tcp" ? "" : $"/{Protocol}")} is used by {Holder}."
        + (SetBy.Count == 0
            ? $" Publish another one{(Place is null ? "" : $" ({Place})")}, or end that."
            : $" {string.Join("; ", SetBy)}: set another value, or end that.");

    /// <summary>The ports of containers that a plan creates, recreates or starts.</summary>
    /// <param name="own">The stack's containers now: their ports are not in its way.</param>
    /// <param name="seesProcesses">Whether the engine publishes ports on this machine.</param>
    /// <param name="setBy">The variables that have a value.</param>
    public static Task<IReadOnlyList<PortConflict>> FindAsync(
        IEngine engine, ResolvedModel model, StackPlan plan, IReadOnlyList<EngineContainer> own, bool seesProcesses,
        Func<string, IReadOnlyList<string>> setBy, CancellationToken ct) => FindAsync(
            engine, model,
            [.. plan.Changes.Where(change => change is CreateContainer or RecreateContainer or StartContainer)
                .Select(change => change.Service).Distinct().Where(model.Services.ContainsKey)],
            own, seesProcesses, setBy, ct);

    /// <summary>The ports of these services.</summary>
    public static async Task<IReadOnlyList<PortConflict>> FindAsync(
        IEngine engine, ResolvedModel model, IReadOnlyList<string> services, IReadOnlyList<EngineContainer> own, bool seesProcesses,
        Func<string, IReadOnlyList<string>> setBy, CancellationToken ct)
    {
        var wanted = services.SelectMany(service => PortsOf(model.Services[service])).ToList();
        if (wanted.Count == 0)
        {
            return [];
        }

        var containers = (await engine.RunningContainersAsync(ct))
            .Where(container => container.Label(EngineJson.ProjectLabel) != model.Project).ToList();
        var ownPorts = own.SelectMany(container => container.Ports).ToList();
        var listening = seesProcesses ? ListeningPort.All() : [];
        var all = model.Services.Values.SelectMany(PortsOf).ToList();
        return
        [
            .. from port in wanted
               let holder = Other(port, all) ?? Container(port, containers)
                   ?? (ownPorts.Exists(other => Collide(port, other.HostIp, other.Port, other.Protocol)) ? null : Process(port, listening))
               where holder is not null
               select new PortConflict(
                   port.Service, port.Number, port.Protocol, holder, setBy(port.Number.ToString(CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Only a single port: of a range, and of 0, the engine takes one that is free.</summary>
    private static IEnumerable<Wanted> PortsOf(ResolvedService service) =>
        from port in service.Json.Items("ports")
        let published = port.Text("published")
        where int.TryParse(published, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        select new Wanted(
            service.Name, port.Text("host_ip"), int.Parse(published, CultureInfo.InvariantCulture),
            port.Text("protocol") is { Length: > 0 } protocol ? protocol : "tcp");

    private static string? Other(Wanted port, List<Wanted> all) =>
        all.Find(other => other.Service != port.Service && Collide(port, other.HostIp, other.Number, other.Protocol)) is { } other
            ? $"the service {other.Service}" : null;

    private static string? Container(Wanted port, List<EngineContainer> containers) =>
        containers.Find(container => container.Ports.Any(other => Collide(port, other.HostIp, other.Port, other.Protocol))) is { } found
            ? $"the container {found.Name}" : null;

    private static string? Process(Wanted port, IReadOnlyList<ListeningPort> listening) =>
        listening.FirstOrDefault(other => Collide(port, other.Address, other.Port, other.Protocol)) is { } found
            ? found.FindProcess() ?? "a process of another user" : null;

    private static bool Collide(Wanted port, string address, int number, string protocol) =>
        port.Number == number && port.Protocol == protocol
        && (IsAny(port.HostIp) || IsAny(address) || port.HostIp == address);

    private static bool IsAny(string address) => address is "" or "0.0.0.0" or "::";

    private sealed record Wanted(string Service, string HostIp, int Number, string Protocol);
}
