using System.Text.Json;
using Harbor.Compose;
using Harbor.Hooks;

namespace Harbor.Journal;

/// <summary>How <see cref="Deployment"/> stands in its file.</summary>
internal static class DeploymentJson
{
    public static Deployment Read(JsonElement json) => new(
        Text(json, "project"),
        Text(json, "runId"),
        json.GetProperty("at").GetDateTimeOffset(),
        Texts(json, "services"),
        Texts(json, "options"),
        Texts(json, "capabilities"),
        Texts(json, "files"))
    {
        Fingerprint = json.GetProperty("fingerprint").GetString(),
        Inputs = Map(json, "inputs"),
        Builds = Map(json, "builds"),
        Containers = Containers(json.GetProperty("containers")),
        DestroyActions = Texts(json, "destroyActions"),
        DownTimeout = json.TryGetProperty("downTimeoutSeconds", out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : Deployment.DefaultDownTimeout,
        DownMayFail = json.TryGetProperty("downMayFail", out var mayFail) && mayFail.GetBoolean(),
        CleanRun = json.GetProperty("cleanRun").GetBoolean(),
        HooksOwed = json.TryGetProperty("hooksOwed", out var owed) && owed.GetBoolean(),
        Hooks = json.TryGetProperty("hooks", out var hooks) ? DeployedHooksJson.Read(hooks) : null,
    };

    public static void Write(Utf8JsonWriter json, Deployment deployment)
    {
        json.WriteStartObject();
        json.WriteString("project", deployment.Project);
        json.WriteString("runId", deployment.RunId);
        json.WriteString("at", deployment.At);
        Write(json, "services", deployment.Services);
        Write(json, "options", deployment.Options);
        Write(json, "capabilities", deployment.Capabilities);
        Write(json, "files", deployment.Files);
        json.WriteString("fingerprint", deployment.Fingerprint);
        Write(json, "inputs", deployment.Inputs);
        Write(json, "builds", deployment.Builds);
        json.WriteStartArray("containers");
        foreach (var container in deployment.Containers)
        {
            json.WriteStartObject();
            json.WriteString("service", container.Service);
            json.WriteString("id", container.Id);
            json.WriteString("name", container.Name);
            json.WriteString("digest", container.Digest);
            json.WriteString("image", container.Image);
            json.WriteString("imageId", container.ImageId);
            json.WriteBoolean("completed", container.Completed);
            if (container.Networks is { } networks)
            {
                Write(json, "networks", networks);
            }

            if (container.Limits is { } limits)
            {
                json.WriteString("limits", limits);
            }

            if (container.Connections is { } connections)
            {
                json.WriteString("connections", connections);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write(json, "destroyActions", deployment.DestroyActions);
        json.WriteNumber("downTimeoutSeconds", deployment.DownTimeout.TotalSeconds);
        json.WriteBoolean("downMayFail", deployment.DownMayFail);
        json.WriteBoolean("cleanRun", deployment.CleanRun);
        if (deployment.HooksOwed)
        {
            json.WriteBoolean("hooksOwed", value: true);
        }

        if (deployment.Hooks is { } hooks)
        {
            json.WritePropertyName("hooks");
            DeployedHooksJson.Write(json, hooks);
        }

        json.WriteEndObject();
    }

    private static List<DeployedContainer> Containers(JsonElement json)
    {
        var containers = new List<DeployedContainer>(json.GetArrayLength());
        foreach (var container in json.EnumerateArray())
        {
            containers.Add(new DeployedContainer(
                Text(container, "service"),
                Text(container, "id"),
                Text(container, "name"),
                Text(container, "digest"),
                Text(container, "image"),
                Text(container, "imageId"),
                container.GetProperty("completed").GetBoolean())
            {
                Networks = container.TryGetProperty("networks", out _) ? Texts(container, "networks") : null,
                Limits = container.TryGetProperty("limits", out var limits) ? limits.GetString() : null,
                Connections = container.TryGetProperty("connections", out var connections) ? connections.GetString() : null,
            });
        }

        return containers;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null.");

    private static List<string> Texts(JsonElement json, string name)
    {
        var texts = new List<string>();
        foreach (var text in json.GetProperty(name).EnumerateArray())
        {
            texts.Add(text.GetString() ?? throw new JsonException($"'{name}' holds null."));
        }

        return texts;
    }

    public static Dictionary<string, string> Map(JsonElement json, string name)
    {
        var map = new Dictionary<string, string>();
        foreach (var entry in json.GetProperty(name).EnumerateObject())
        {
            map[entry.Name] = entry.Value.GetString() ?? throw new JsonException($"'{name}' holds null.");
        }

        return map;
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
