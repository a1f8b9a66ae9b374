using System.Text.Json.Serialization;
using Harbor.Engines;

namespace Harbor.State;

/// <summary>A container as it was when its Deploy had finished; part of the saved state.</summary>
/// <param name="Image">As the engine listed it, see <see cref="EngineContainer.Image"/>.</param>
/// <param name="Completed">It was a one-shot that had exited with 0.</param>
public sealed record DeployedContainer(string Service, string Id, string Name, string Digest, string Image, string ImageId, bool Completed)
{
    /// <summary>Null where an older Harbor deployed it: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>See <see cref="ContainerSettings.Limits"/>. Null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Limits { get; init; }

    /// <summary>See <see cref="ContainerSettings.Connections"/>. Null: not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Connections { get; init; }
}
