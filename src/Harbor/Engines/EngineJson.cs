using System.Globalization;
using System.Text.Json;

namespace Harbor.Engines;

/// <summary>Reads the answers of the engine's API. Unknown fields are ignored, missing ones are empty.</summary>
internal static partial class EngineJson
{
    public const string ProjectLabel = "com.docker.compose.project";
    public const string ServiceLabel = "com.docker.compose.service";
    private const string NumberLabel = "com.docker.compose.container-number";
    private const string OneOffLabel = "com.docker.compose.oneoff";

    /// <summary>Without the exec events of health checks, which are many and tell nothing new.</summary>
    public static readonly string[] WatchedEvents =
        ["create", "start", "die", "destroy", "health_status", "oom", "rename", "pause", "unpause"];

    public static IReadOnlyList<EngineContainer> Ordered(IEnumerable<EngineContainer> containers, bool oneOffs) =>
        [.. containers.Where(container => oneOffs || container.Label(OneOffLabel) != "True")
            .OrderBy(container => container.Service, StringComparer.Ordinal).ThenBy(container => container.Number)
                .ThenBy(container => container.Name, StringComparer.Ordinal)];

    /// <summary>One element of <c>/containers/json</c>.</summary>
    public static EngineContainer Listed(JsonElement container)
    {
        var status = container.Text("Status");
        var state = State(container.Text("State"));
        var names = container.Items("Names").Select(name => name.GetString()!.TrimStart('/')).ToList();
        return Container(
            container.Text("Id"),
            names.Find(name => !name.Contains('/', StringComparison.Ordinal)) ?? names.FirstOrDefault() ?? "", // Others are legacy links.
            state,
            Health(status),
            state is ContainerState.Exited or ContainerState.Dead ? ExitCode(status) : null,
            container.Text("Image"),
            container.Text("ImageID"),
            container,
            container,
            container.Items("Ports").Where(port => port.TryGetProperty("PublicPort", out _)).Select(port => new PublishedPort(
                port.Text("IP"), port.GetProperty("PublicPort").GetInt32(), port.GetProperty("PrivatePort")
                .GetInt32(), port.Text("Type"))),
            container.Items("Ports").Select(port => new ExposedPort(port.GetProperty("PrivatePort").GetInt32(), port.Text("Type"))));
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

    public static EngineResource Network(JsonElement network) =>
        new(ResourceKind.Network, network.Text("Id"), network.Text("Name"), network.Text("Created"), Labels(network));

    public static EngineResource Volume(JsonElement volume) =>
        new(ResourceKind.Volume, volume.Text("Name"), volume.Text("Name"), volume.Text("CreatedAt"), Labels(volume));

    private static Dictionary<string, string> Labels(JsonElement json) =>
        json.Members("Labels").ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");

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

    private static EngineContainer Container(
        string id, string name, ContainerState state, ContainerHealth health, int? exitCode, string image,
        string imageId, JsonElement container, JsonElement labelled, IEnumerable<PublishedPort> ports, IEnumerable<ExposedPort> exposed)
    {
        var labels = Labels(labelled);
        return new EngineContainer(
            id,
            name,
            labels.GetValueOrDefault(ServiceLabel, ""),
            int.TryParse(labels.GetValueOrDefault(NumberLabel), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : 1,
            state,
            health,
            exitCode,
            image,
            imageId,
            labels,
            [.. ports.OrderBy(port => port.Port).ThenBy(port => port.HostIp, StringComparer.Ordinal)
                .ThenBy(port => port.Protocol, StringComparer.Ordinal)])
        {
            // The engine lists them in the order of their names.
            Networks = [.. (container.Object("NetworkSettings") ?? default).Members("Networks").Select(network => network.Name)],
            Targets = [.. exposed.Distinct().OrderBy(port => port.Number).ThenBy(port => port.Protocol, StringComparer.Ordinal)],
            Volumes = [.. container.Items("Mounts").Where(mount => mount.Text("Type") == "volume").Select(mount => mount.Text("Name"))],
        };
    }

    /// <summary>The list has health as text only: "Up 2 seconds (healthy)".</summary>
    private static ContainerHealth Health(string status) =>
        status.EndsWith("(healthy)", StringComparison.Ordinal) ? ContainerHealth.Healthy
        : status.EndsWith("(unhealthy)", StringComparison.Ordinal) ? ContainerHealth.Unhealthy
        : status.EndsWith("(health: starting)", StringComparison.Ordinal) ? ContainerHealth.Starting
        : ContainerHealth.None;

    /// <summary>"Exited (137) 5 seconds ago".</summary>
    private static int? ExitCode(string status)
    {
        var (open, close) = (status.IndexOf('(', StringComparison.Ordinal), status.IndexOf(')', StringComparison.Ordinal));
        return open >= 0 && close > open
            && int.TryParse(status.AsSpan(open + 1, close - open - 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code)
            ? code : null;
    }
}
