using System.Text;
using System.Text.Json;

namespace Harbor.Compose;

/// <summary>What Harbor adds to what the files say; Compose reads it as one more file, from standard input.</summary>
public sealed record UpOverlay
{
    /// <summary>By service, its label <see cref="ComposeTool.DigestLabel"/>.</summary>
    public IReadOnlyDictionary<string, string> Digests { get; init; } = new Dictionary<string, string>();

    /// <summary><see cref="ComposeProject.SwitchedOn"/>.</summary>
    public IReadOnlyList<string> SwitchedOn { get; init; } = [];

    /// <summary>By the names in the files, labels of networks.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Networks { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>By the names in the files, labels of volumes.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Volumes { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    public bool IsEmpty => Digests.Count == 0 && SwitchedOn.Count == 0 && Networks.Count == 0 && Volumes.Count == 0;

    /// <summary>JSON, but for YAML's tag that takes a service's profiles away.</summary>
    public string ToText()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteServices(json);
            Write(json, "networks", Networks.Select(network => (network.Key, network.Value.AsEnumerable())));
            Write(json, "volumes", Volumes.Select(volume => (volume.Key, volume.Value.AsEnumerable())));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteServices(Utf8JsonWriter json)
    {
        json.WriteStartObject("services");
        foreach (var service in Digests.Keys.Union(SwitchedOn))
        {
            json.WriteStartObject(service);
            if (SwitchedOn.Contains(service))
            {
                json.WritePropertyName("profiles");
                json.WriteRawValue("!reset []", skipInputValidation: true);
            }

            if (Digests.TryGetValue(service, out var digest))
            {
                WriteLabels(json, [new(ComposeTool.DigestLabel, digest)]);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(
        Utf8JsonWriter json, string section, IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Labels)> things)
    {
        json.WriteStartObject(section);
        foreach (var (name, labels) in things)
        {
            json.WriteStartObject(name);
            WriteLabels(json, labels);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> labels)
    {
        json.WriteStartObject("labels");
        foreach (var (label, value) in labels)
        {
            json.WriteString(label, value.Replace("$", "$$", StringComparison.Ordinal));
        }

        json.WriteEndObject();
    }
}
