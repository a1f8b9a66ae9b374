using System.Globalization;
using System.Text.Json;

namespace Harbor.Engines;

internal static partial class EngineJson
{
    public static ContainerDetails Inspected(JsonElement container)
    {
        var state = container.GetProperty("State");
        var health = state.Object("Health");
        return new ContainerDetails(
            container.Text("Id"),
            container.Text("Name").TrimStart('/'),
            State(state.Text("Status")),
            HealthOf(state, running: state.Text("Status") == "running"),
            health is not null,
            state.TryGetProperty("ExitCode", out var exit) ? exit.GetInt32() : 0,
            state.TryGetProperty("OOMKilled", out var killed) && killed.ValueKind == JsonValueKind.True,
            container.TryGetProperty("RestartCount", out var restarts) ? restarts.GetInt32() : 0,
            container.Object("HostConfig")?.Object("RestartPolicy")?.Text("Name") is { Length: > 0 } policy ? policy : "no",
            Time(state.Text("StartedAt")),
            Time(state.Text("FinishedAt")),
            state.Text("Error"),
            health is null ? [] : [.. health.Value.Items("Log").Select(probe => new HealthProbe(
                probe.GetProperty("ExitCode").GetInt32(), probe.Text("Output"), Time(probe.Text("End")) ?? DateTimeOffset.UnixEpoch))])
        {
            HealthCommand = health is null ? [] : HealthCommand(container.GetProperty("Config")),
        };
    }

    private static string[] HealthCommand(JsonElement config) => Words(config.GetProperty("Healthcheck"), "Test") switch
    {
        ["CMD", .. var command] => command,
        ["CMD-SHELL", var text] => Words(config, "Shell") is [_, ..] shell ? [.. shell, text] : ["/bin/sh", "-c", text],
        _ => [],
    };

    private static string[] Words(JsonElement json, string name) => [.. json.Items(name).Select(word => word.GetString()!)];

    /// <summary>An inspected container as the list would show it.</summary>
    /// <param name="image">From the list, see <see cref="EngineContainer.Image"/>: an inspection does not have it.</param>
    public static EngineContainer ListedFromInspection(JsonElement container, string image)
    {
        var json = container.GetProperty("State");
        var state = State(json.Text("Status"));
        return Container(
            container.Text("Id"),
            container.Text("Name").TrimStart('/'),
            state,
            HealthOf(json, state == ContainerState.Running),
            state is ContainerState.Exited or ContainerState.Dead ? json.GetProperty("ExitCode").GetInt32() : null,
            image,
            container.Text("Image"),
            container,
            container.GetProperty("Config"),
            Ports(container),
            (container.Object("NetworkSettings")?.Members("Ports") ?? []).Select(port => Exposed(port.Name)));
    }

    /// <param name="text">As in <c>80/tcp</c>.</param>
    private static ExposedPort Exposed(string text) => text.Split('/') is [var number, var protocol]
        ? new ExposedPort(int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture), protocol) : throw new FormatException(text);

    private static IEnumerable<PublishedPort> Ports(JsonElement container)
    {
        foreach (var port in container.Object("NetworkSettings")?.Members("Ports") ?? [])
        {
            var (number, protocol) = Exposed(port.Name);
            foreach (var binding in port.Value.ValueKind == JsonValueKind.Array ? port.Value.EnumerateArray() : default)
            {
                yield return new PublishedPort(
                    binding.Text("HostIp"),
                    int.Parse(binding.Text("HostPort"), NumberStyles.None, CultureInfo.InvariantCulture),
                    number,
                    protocol);
            }
        }
    }

    /// <summary>A stopped container keeps its last health, which means nothing any more.</summary>
    private static ContainerHealth HealthOf(JsonElement state, bool running) =>
        running && state.Object("Health") is { } health
            && Enum.TryParse<ContainerHealth>(health.Text("Status"), ignoreCase: true, out var known) ? known : ContainerHealth.None;

    /// <summary>The engine writes the year 1 for "never".</summary>
    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.Year > 1 ? time : null;
}

/// <summary>Reads JSON in which anything may be missing or null.</summary>
internal static class JsonReading
{
    /// <summary>Empty where the member is missing or not a string.</summary>
    public static string Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public static JsonElement? Object(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Object ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement json, string name) =>
        json.Object(name) is { } value ? value.EnumerateObject() : [];
}
