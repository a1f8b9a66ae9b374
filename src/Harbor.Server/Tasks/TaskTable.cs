using System.Text.Json.Nodes;

namespace Harbor.Server.Tasks;

/// <summary>What is to be said about one task: what was changed, and why it is refused.</summary>
internal sealed class TaskFindings
{
    public List<string> Notes { get; } = [];
    public List<string> Refusals { get; } = [];
}

/// <summary>One table of a <c>task.toml</c>. Keys that nobody asks for are told: they are kept, and mean nothing here.</summary>
/// <param name="path">Such as <c>environment</c>; empty for the whole file.</param>
internal sealed class TaskTable(JsonObject json, string path, TaskFindings found)
{
    private readonly HashSet<string> _known = [];

    public JsonNode? Node(string name)
    {
        _known.Add(name);
        return json[name];
    }

    public string? Text(string name) => Read<string>(name, "a text");

    public bool? Flag(string name) => Read<bool>(name, "true or false") is var flag && json[name] is null ? null : flag;

    public double? Number(string name) => Node(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<long>(out var whole) => whole,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        _ => Wrong<double?>(name, "a number"),
    };

    public IReadOnlyList<string> Texts(string name) => Node(name) switch
    {
        null => [],
        JsonArray list when list.All(IsText) => [.. list.Select(item => (string)item!)],
        _ => Wrong<IReadOnlyList<string>>(name, "a list of texts") ?? [],
    };

    /// <summary>Names and texts; numbers and flags count as texts.</summary>
    public IReadOnlyDictionary<string, string> Variables(string name) => Node(name) switch
    {
        null => new Dictionary<string, string>(),
        JsonObject map when map.All(pair => pair.Value is JsonValue) =>
            map.ToDictionary(pair => pair.Key, pair => $"{pair.Value}", StringComparer.Ordinal),
        _ => Wrong<Dictionary<string, string>>(name, "a table of texts") ?? [],
    };

    public TaskTable Table(string name) => new(Node(name) switch
    {
        null => [],
        JsonObject inner => inner,
        _ => Wrong<JsonObject>(name, "a table") ?? [],
    }, At(name), found);

    /// <summary>After everything was asked for.</summary>
    public void TellUnknown() =>
        found.Notes.AddRange(json.Select(pair => pair.Key).Where(key => !_known.Contains(key)).Select(key => $"unknown key {At(key)}"));

    public string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out _);

    private T? Read<T>(string name, string what) => Node(name) switch
    {
        null => default,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        _ => Wrong<T>(name, what),
    };

    private T? Wrong<T>(string name, string what)
    {
        found.Refusals.Add($"{At(name)} must be {what}");
        return default;
    }
}
