using System.IO.Compression;
using System.Text.Json;

namespace Harbor.Optimization;

/// <summary>What upstream GEPA and CPython gave; see Data/README.md.</summary>
internal static class Data
{
    private static readonly Lazy<Dictionary<string, JsonElement>> Runs = new(() =>
    {
        string[] files = ["runs.json.gz", "more-runs.json.gz"];
        return files.SelectMany(Unpack).ToDictionary(run => run.GetProperty("config").GetProperty("name").GetString()!);
    });

    public static IEnumerable<string> RunNames => Runs.Value.Keys;

    public static JsonElement Run(string name) => Runs.Value[name];

    /// <summary>The input file of a run for <c>gepa replay</c>.</summary>
    public static byte[] RunFile(string name)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var part in (string[])["config", "seed_candidate"])
            {
                json.WritePropertyName(part);
                Run(name).GetProperty(part).WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static JsonElement Load(string name) => JsonDocument.Parse(File.ReadAllBytes(PathOf(name))).RootElement;

    private static JsonElement[] Unpack(string file)
    {
        using var packed = new GZipStream(File.OpenRead(PathOf(file)), CompressionMode.Decompress);
        return [.. JsonDocument.Parse(packed).RootElement.GetProperty("runs").EnumerateArray()];
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);
}
