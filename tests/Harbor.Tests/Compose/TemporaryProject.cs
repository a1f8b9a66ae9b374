using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Compose;
using Harbor.Hashing;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>A folder and a model as <c>compose config</c> would print it; no engine, no compose.</summary>
internal sealed class TemporaryProject : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("harbor-model-").FullName;

    public ProjectKey Key { get; set; } = DeployedProject.Key;

    public Dictionary<string, string> Variables { get; } = [];

    public JsonNode Model { get; set; } = new JsonObject();

    public ComposeProject Project => new(TestScope.New(), "p", Folder, [Path.Combine(Folder, "compose.yml")], Variables);

    public string Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public void Parse(string json) =>
        Model = JsonNode.Parse(json.Replace("$DIR", JsonEncodedText.Encode(Folder).ToString(), StringComparison.Ordinal))!;

    public ResolvedModel Resolve() => ResolvedModel.Parse(Project, Model.ToJsonString());

    public ServiceDigests Digests() => ServiceDigests.Compute(Resolve(), Project, Key);

    /// <summary>The services whose digest the change changes.</summary>
    public string Changed(Action change)
    {
        var before = Digests().Services;
        change();
        var after = Digests().Services;
        return string.Join(
            ' ', after.Where(service => before.GetValueOrDefault(service.Key) != service.Value).Select(service => service.Key));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
