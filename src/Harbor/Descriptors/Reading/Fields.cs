using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary>Checks a text. Returns null if it is valid, else what was expected.</summary>
internal delegate string? Rule(string value);

/// <summary>
/// Reads a YAML map key by key. Every key that is read is known; all other keys are reported as unknown. An invalid value is reported
/// and returned as null, so that reading goes on and one run reports all problems.
/// </summary>
internal sealed partial class Fields
{
    private readonly YamlMap map;
    private readonly ProblemList problems;
    private readonly List<string> known = [];
    private readonly List<string> misplaced = [];
    private bool anythingGoes;

    private Fields(YamlMap map, string what, ProblemList problems) => (this.map, What, this.problems) = (map, what, problems);

    /// <summary>Names the map in messages. It is set again once a key of the map has told the map's kind.</summary>
    public string What { get; set; }

    public Location At => map.At;

    public IEnumerable<KeyValuePair<YamlScalar, YamlNode>> Entries => map.Entries;

    /// <param name="what">Names the map in messages: "a step", "profile 'default'".</param>
    public static T? Read<T>(YamlNode node, string what, ProblemList problems, Func<Fields, T?> read)
        where T : class
    {
        if (node is not YamlMap map)
        {
            problems.Add(node.At, $"{Capitalised(what)} is {node.Description}: expected a map.");
            return null;
        }

        var fields = new Fields(map, what, problems);
        var result = read(fields);
        fields.ReportUnknownKeys();
        return result;
    }

    public void AddProblem(Location at, string message) => problems.Add(at, message);

    /// <summary>The place of a key's value; the map's place if the key is missing.</summary>
    public Location LocationOf(string key) => Find(key)?.At ?? At;

    public bool Contains(string key) => Find(key) is not null;

    /// <summary>Turns off the check for unknown keys, for a map of an unknown kind.</summary>
    public void AcceptAnything() => anythingGoes = true;

    /// <summary>Reports a key that belongs in another file.</summary>
    public void ReportMisplaced(string key, string message)
    {
        misplaced.Add(key);
        foreach (var (name, _) in map.Entries.Where(entry => entry.Key.Value == key))
        {
            problems.Add(name.At, message);
        }
    }

    /// <summary>Marks the key as known and returns its value; null if the key is missing.</summary>
    public YamlNode? Expect(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return Find(key);
    }

    public T? ReadMap<T>(string key, Func<Fields, T?> read)
        where T : class => Expect(key) is { } node ? Read(node, $"'{key}'", problems, read) : null;

    public void ReadMap(string key, Action<Fields> read) => ReadMap<Fields>(key, fields =>
    {
        read(fields);
        return null;
    });

    /// <summary>The valid items; null if the key is missing.</summary>
    public IReadOnlyList<T>? ReadList<T>(string key, Func<YamlNode, T?> read)
        where T : class
    {
        switch (Expect(key))
        {
            case null:
                return null;
            case YamlList list:
                return [.. list.Items.Select(read).OfType<T>()];
            case var other:
                Unexpected($"'{key}'", other, "a list");
                return null;
        }
    }

    /// <summary>Reports a problem unless exactly one of the two keys is there.</summary>
    public void RequireExactlyOne(string first, string second)
    {
        if (Contains(first) == Contains(second))
        {
            problems.Add(At, $"{Capitalised(What)} needs either '{first}' or '{second}'{(Contains(first) ? ", not both" : "")}.");
        }
    }

    private static string Capitalised(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    private YamlNode? Find(string key)
    {
        foreach (var (name, value) in map.Entries)
        {
            if (name.Value == key)
            {
                return value;
            }
        }

        return null;
    }

    private void Missing(string key) => problems.Add(At, $"{Capitalised(What)} needs '{key}'.");

    private void Unexpected(string name, YamlNode node, string expected) =>
        problems.Add(node.At, $"{name} is {node.Description}: expected {expected}.");

    private void ReportUnknownKeys()
    {
        if (anythingGoes)
        {
            return;
        }

        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Value) && !misplaced.Contains(key.Value))
            {
                problems.Add(key.At, problems.IsFull ? "" : $"Unknown key '{Excerpt.Of(key.Value)}' in " +
                    $"{What}.{Nearest.Hint(key.Value, known)} Known keys: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
        }
    }
}
