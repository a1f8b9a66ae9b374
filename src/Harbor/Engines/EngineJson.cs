using System.Globalization;
using System.Text.Json;

namespace Harbor.Engines;

/// <summary>Reads what the engine's API answers; unknown fields are ignored, missing ones are empty.</summary>
internal static partial class EngineJson
{
    public const string ProjectLabel = "com.docker.compose.project";
    public const string ServiceLabel = "com.docker.compose.service";
    private const string NumberLabel = "com.docker.compose.container-number";
    private const string OneOffLabel = "com.docker.compose.oneoff";

    /// <summary>Not the exec events of health checks: there are many, and they say nothing new.</summary>
    public static readonly string[] WatchedEvents = ["create", "start", "die", "destroy", "health_status", "oom", "rename", "pause", "unpause"];

    public static IReadOnlyList<EngineContainer> Ordered(IEnumerable<EngineContainer> containers) =>
        [.. containers.Where(container => container.Label(OneOffLabel) != "True")
            .OrderBy(container => container.Service, StringComparer.Ordinal).ThenBy(container => container.Number).ThenBy(container => container.Name, StringComparer.Ordinal)];

    /// <summary>One element of <c>/containers/json</c>.</summary>
    public static EngineContainer Listed(JsonElement container)
    {
        var status = container.Text("Status");
        var state = State(container.Text("State"));
        var (names, ports) = (new List<string>(), new List<PublishedPort>());
        foreach (var name in container.Items("Names")) // Loops over JSON elements, not queries: those would be compiled at run time.
        {
            names.Add(name.GetString()!.TrimStart('/'));
        }

        foreach (var port in container.Items("Ports"))
        {
            if (port.TryGetProperty("PublicPort", out var published))
            {
                ports.Add(new PublishedPort(port.Text("IP"), published.GetInt32(), port.GetProperty("PrivatePort").GetInt32(), port.Text("Type")));
            }
        }

        return Container(
            container.Text("Id"),
            names.Find(name => !name.Contains('/', StringComparison.Ordinal)) ?? names.FirstOrDefault() ?? "",
            state,
            Health(status),
            state is ContainerState.Exited or ContainerState.Dead ? ExitCode(status) : null,
            container.Text("Image"),
            container.Text("ImageID"),
            container,
            ports) with
        { Networks = Networks(container) };
    }

    public static EngineEvent Event(JsonElement json)
    {
        var attributes = json.GetProperty("Actor").GetProperty("Attributes");
        var nanoseconds = json.TryGetProperty("timeNano", out var nano) ? nano.GetInt64() : 0;
        return new EngineEvent(
            json.Text("Action"),
            json.GetProperty("Actor").Text("ID"),
            attributes.Text(ServiceLabel),
            DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100),
            int.TryParse(attributes.Text("exitCode"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code) ? code : null);
    }

    /// <summary>Image ids by <c>name:tag</c> and <c>name@digest</c>, of <c>/images/json</c>.</summary>
    public static Dictionary<string, string> ImageTags(JsonElement images)
    {
        var ids = new Dictionary<string, string>();
        foreach (var image in images.EnumerateArray())
        {
            foreach (var tag in image.Items("RepoTags").Concat(image.Items("RepoDigests")))
            {
                ids[tag.GetString()!] = image.Text("Id");
            }
        }

        return ids;
    }

    public static string WithTag(string image) =>
        image.Contains('@', StringComparison.Ordinal) || image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";

    public static ContainerState State(string state) => state switch
    {
        "created" => ContainerState.Created,
        "running" => ContainerState.Running,
        "paused" => ContainerState.Paused,
        "restarting" => ContainerState.Restarting,
        "removing" => ContainerState.Removing,
        "exited" => ContainerState.Exited,
        "dead" => ContainerState.Dead,
        _ => ContainerState.Unknown,
    };

    /// <summary>The engine writes them in their names' order.</summary>
    private static List<string> Networks(JsonElement container)
    {
        var names = new List<string>();
        if (container.Object("NetworkSettings")?.Object("Networks") is { } networks)
        {
            foreach (var network in networks.EnumerateObject())
            {
                names.Add(network.Name);
            }
        }

        return names;
    }

    private static EngineContainer Container(
        string id, string name, ContainerState state, ContainerHealth health, int? exitCode, string image, string imageId, JsonElement labelled, IReadOnlyList<PublishedPort> ports)
    {
        var labels = labelled.Members("Labels").ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");
        return new EngineContainer(
            id,
            name,
            labels.GetValueOrDefault(ServiceLabel, ""),
            int.TryParse(labels.GetValueOrDefault(NumberLabel), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1,
            state,
            health,
            exitCode,
            image,
            imageId,
            labels,
            [.. ports.OrderBy(port => port.Port).ThenBy(port => port.HostIp, StringComparer.Ordinal).ThenBy(port => port.Protocol, StringComparer.Ordinal)]);
    }

    /// <summary>The list has health in words only: "Up 2 seconds (healthy)".</summary>
    private static ContainerHealth Health(string status) =>
        status.EndsWith("(healthy)", StringComparison.Ordinal) ? ContainerHealth.Healthy
        : status.EndsWith("(unhealthy)", StringComparison.Ordinal) ? ContainerHealth.Unhealthy
        : status.EndsWith("(health: starting)", StringComparison.Ordinal) ? ContainerHealth.Starting
        : ContainerHealth.None;

    /// <summary>"Exited (137) 5 seconds ago".</summary>
    private static int? ExitCode(string status)
    {
        var (open, close) = (status.IndexOf('(', StringComparison.Ordinal), status.IndexOf(')', StringComparison.Ordinal));
        return open >= 0 && close > open && int.TryParse(status.AsSpan(open + 1, close - open - 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code) ? code : null;
    }
}
