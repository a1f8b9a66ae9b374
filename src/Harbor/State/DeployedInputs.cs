using System.Text.Json.Serialization;

namespace Harbor.State;

/// <summary>
/// <c>var/state/inputs.json</c>: keyed hashes of what the last finished Deploy used, by name; no values. It tells what changed once it is
/// known that something did. An unchanged Deploy does not read it.
/// </summary>
/// <param name="Variables">By name, or <c>service:name</c> for a variable that only one service sees. Without secrets.</param>
/// <param name="Secrets">The same for secrets.</param>
/// <param name="Parts">By service, the parts of its digest.</param>
/// <param name="Rendered">The <see cref="Templates.RenderedManifest.Fingerprint"/> of the rendered files.</param>
public sealed record DeployedInputs(
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Parts,
    string Rendered)
{
    /// <summary>By name: descriptor files, the selection, Harbor itself. Null where an older Harbor saved none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Given { get; init; }

    public static StateFile<DeployedInputs> File(ProjectPaths paths) => new(
        paths, "inputs", 1, StateJson.Default.SavedStateDeployedInputs,
        "Move the file away: the next Deploy writes a new one, and until then a plan can't say what changed.");
}
