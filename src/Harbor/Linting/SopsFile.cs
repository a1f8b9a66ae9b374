using System.Globalization;
using System.Text;
using System.Text.Json;
using Harbor.Yaml;

namespace Harbor.Linting;

/// <param name="Path">Keys and list positions, outermost first.</param>
internal sealed record SopsLeaf(IReadOnlyList<string> Path, string Value, int Line)
{
    public bool IsMetadata => Path[0] == "sops";

    public string Name => Path[^1];
}

/// <summary>
/// A SOPS file read without a key: its values, encrypted or not, and its metadata. All formats give the same paths.
/// </summary>
internal sealed record SopsFile(IReadOnlyList<SopsLeaf> Leaves)
{
    public static bool IsNamed(string name) => name.Contains(".sops.", StringComparison.Ordinal)
        && name is not (".sops.yaml" or ".sops.yml");

    /// <summary>Whether the file contains the metadata that SOPS writes, whatever its name.</summary>
    public static bool HasMetadata(LintText file)
    {
        var isWorthReading = System.IO.Path.GetExtension(file.Name) switch
        {
            ".yaml" or ".yml" => file.Text.StartsWith("sops:", StringComparison.Ordinal)
                || file.Text.Contains("\nsops:", StringComparison.Ordinal),
            ".ini" => file.Text.Contains("[sops]", StringComparison.Ordinal),
            _ when IsDotenv(file) => file.Text.Contains("sops_", StringComparison.Ordinal),
            _ => file.Text.AsSpan().TrimStart().StartsWith("{") && file.Text.Contains("\"sops\"", StringComparison.Ordinal),
        };
        try
        {
            return isWorthReading && Read(file) is var sops
                && (sops["mac"] is not null || sops["lastmodified"] is not null || sops.Recipients.Count > 0);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Kept as a list, because it is searched for each value.</summary>
    public IReadOnlyList<SopsLeaf> Metadata { get; } = [.. Leaves.Where(leaf => leaf.IsMetadata)];

    public IEnumerable<SopsLeaf> Values => Leaves.Where(leaf => !leaf.IsMetadata);

    /// <summary>age recipients, sorted.</summary>
    public IReadOnlyList<string> Recipients =>
        [.. Metadata.Where(leaf => leaf.Path.Contains("age") && leaf.Name == "recipient")
        .Select(leaf => leaf.Value).Distinct().Order(StringComparer.Ordinal)];

    public string? this[string setting] => Metadata.FirstOrDefault(leaf => leaf.Path.Count == 2 && leaf.Name == setting)?.Value;

    /// <exception cref="FormatException">The content does not have the format of the file's extension.</exception>
    public static SopsFile Read(LintText file)
    {
        try
        {
            return new(file.Name switch
            {
                _ when IsDotenv(file) => Lines(file.Text, section: null),
                _ when file.Name.EndsWith(".ini", StringComparison.Ordinal) => Lines(file.Text, section: "DEFAULT"),
                _ when file.Text.AsSpan().TrimStart().StartsWith("{") => Json(file.Text),
                _ => [.. YamlTree.ReadCompose(file.Text, file.Path).SelectMany(document => Yaml(document, []))],
            });
        }
        // InvalidOperationException: JSON with half of a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidStackException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static bool IsDotenv(LintText file) => file.Name.EndsWith(".env", StringComparison.Ordinal)
        || file.Name.Contains(".env.", StringComparison.Ordinal);

    private static List<SopsLeaf> Lines(string text, string? section)
    {
        var leaves = new List<SopsLeaf>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            var equals = line.IndexOf('=');
            if (section is not null && line.StartsWith('[') && line.EndsWith(']'))
            {
                section = line[1..^1];
            }
            else if (equals > 0 && line[0] is not ('#' or ';'))
            {
                var name = line[..equals].Trim();
                var isMetadata = section is null ? name.StartsWith("sops_", StringComparison.Ordinal) : section == "sops";
                var key = isMetadata && section is null ? name["sops_".Length..] : name;
                leaves.Add(new(isMetadata ? ["sops", .. key.Split(["__list_", "__map_"], StringSplitOptions.None)] : section is null
                    ? [name] : [section, name], line[(equals + 1)..].Trim(), number));
            }
        }

        return leaves;
    }

    private static IEnumerable<SopsLeaf> Yaml(YamlNode node, IReadOnlyList<string> path) => node switch
    {
        YamlMap map => map.Entries.SelectMany(entry => Yaml(entry.Value, [.. path, entry.Key.Value])),
        YamlList list => list.Items.SelectMany((item, index) => Yaml(item, [.. path, index.ToString(CultureInfo.InvariantCulture)])),
        YamlScalar { IsNull: false } scalar when path.Count > 0 => [new SopsLeaf(path, scalar.Value, scalar.At.Line)],
        _ => [],
    };

    private static List<SopsLeaf> Json(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 64 });
        var leaves = new List<SopsLeaf>();
        var path = new List<string>();
        var (line, counted) = (1, 0);
        while (reader.Read())
        {
            line += bytes.AsSpan(counted, (int)reader.TokenStartIndex - counted).Count((byte)'\n');
            counted = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Add("");
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.RemoveAt(path.Count - 1);
                    break;
                case JsonTokenType.PropertyName:
                    path[^1] = reader.GetString()!;
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    leaves.Add(new([.. path], Encoding.UTF8.GetString(reader.ValueSpan), line));
                    break;
            }
        }

        return leaves;
    }
}
