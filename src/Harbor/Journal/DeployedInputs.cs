using System.Text.Json;

namespace Harbor.Journal;

/// <summary>
/// What the last finished Deploy was made of, name by name, <c>var/state/inputs.json</c>: keyed hashes, no values. Says what changed once it is known
/// that something did; the unchanged Deploy does not read it.
/// </summary>
/// <param name="Variables">By name, or <c>service:name</c> for what one service alone sees; secrets are not among them.</param>
/// <param name="Secrets">The same, of secrets.</param>
/// <param name="Parts">By service, see <see cref="Compose.ServiceDigests.Parts"/>.</param>
/// <param name="Rendered">The <see cref="Templates.RenderedManifest.Fingerprint"/> of the files that it rendered.</param>
public sealed record DeployedInputs(
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Parts,
    string Rendered)
{
    public static StateFile<DeployedInputs> File(ProjectPaths paths) => new(
        paths, "inputs", 1, Read, Write, "Move the file away: the next Deploy writes it anew, and until then a plan can't say what changed.");

    private static DeployedInputs Read(JsonElement json)
    {
        var parts = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var service in json.GetProperty("parts").EnumerateObject())
        {
            parts[service.Name] = DeploymentJson.Map(json.GetProperty("parts"), service.Name);
        }

        return new DeployedInputs(
            DeploymentJson.Map(json, "variables"),
            DeploymentJson.Map(json, "secrets"),
            parts,
            json.GetProperty("rendered").GetString() ?? throw new JsonException("'rendered' is null."));
    }

    private static void Write(Utf8JsonWriter json, DeployedInputs inputs)
    {
        json.WriteStartObject();
        DeploymentJson.Write(json, "variables", inputs.Variables);
        DeploymentJson.Write(json, "secrets", inputs.Secrets);
        json.WriteStartObject("parts");
        foreach (var (service, parts) in inputs.Parts)
        {
            DeploymentJson.Write(json, service, parts);
        }

        json.WriteEndObject();
        json.WriteString("rendered", inputs.Rendered);
        json.WriteEndObject();
    }
}
