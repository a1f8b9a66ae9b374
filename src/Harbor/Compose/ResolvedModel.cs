using System.Text.Json;
using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>A project as <c>compose config</c> resolved it. Holds secret values: never printed, never stored.</summary>
/// <param name="Services">By name, in the names' order.</param>
public sealed record ResolvedModel(
    string Project,
    IReadOnlyDictionary<string, ResolvedService> Services,
    IReadOnlyDictionary<string, Definition> Configs,
    IReadOnlyDictionary<string, Definition> Secrets,
    IReadOnlyDictionary<string, Definition> Networks,
    IReadOnlyDictionary<string, Definition> Volumes)
{
    /// <summary>All of it, as Compose printed it and would read it again.</summary>
    public string Text { get; init; } = "";

    /// <param name="json">What <c>config --format json</c> printed.</param>
    public static ResolvedModel Parse(ComposeProject project, string json)
    {
        // Not disposed: the elements live as long as the model.
        var root = JsonDocument.Parse(json).RootElement;
        var awaited = root.Members("services")
            .SelectMany(service => service.Value.Members("depends_on"))
            .Where(dependency => dependency.Value.Text("condition") == "service_completed_successfully")
            .Select(dependency => dependency.Name).ToHashSet();
        return new ResolvedModel(
            project.Name,
            new SortedDictionary<string, ResolvedService>(
                root.Members("services")
                .ToDictionary(
                service => service.Name, service => ResolvedService.Read(project.Name, service, awaited.Contains(service.Name))),
                StringComparer.Ordinal),
            Definitions(root, "configs"),
            Definitions(root, "secrets"),
            Definitions(root, "networks"),
            Definitions(root, "volumes"))
        {
            Text = json,
        };
    }

    private static Dictionary<string, Definition> Definitions(JsonElement root, string kind) =>
        root.Members(kind).ToDictionary(definition => definition.Name, definition => new Definition(
            definition.Value,
            TextOrNull(definition.Value, "file"),
            TextOrNull(definition.Value, "environment")));

    private static string? TextOrNull(JsonElement json, string name) => json.Text(name) is { Length: > 0 } text
        ? ResolvedService.Unescape(text) : null;
}

/// <summary>A top-level config, secret, network or volume.</summary>
/// <param name="File">Absolute path of what it is read from.</param>
/// <param name="Variable">The environment variable that it is read from.</param>
public sealed record Definition(JsonElement Json, string? File, string? Variable)
{
    public bool IsExternal => Json.ValueKind == JsonValueKind.Object
        && Json.TryGetProperty("external", out var external) && external.ValueKind == JsonValueKind.True;
}
