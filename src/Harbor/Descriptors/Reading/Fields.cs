using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary>What is asked of a text; null where it fits, else what was expected instead.</summary>
internal delegate string? Rule(string value);

/// <summary>
/// A map of the file, read key by key. The keys asked for are the keys it may have: whatever else stands there is a problem. A value that
/// doesn't fit is reported and comes back as null, so that reading goes on and all problems are found at once.
/// </summary>
internal sealed partial class Fields
{
    private readonly YamlMap map;
    private readonly ProblemList problems;
    private readonly List<string> known = [];
    private readonly List<string> refused = [];
    private bool anythingGoes;

    private Fields(YamlMap map, string what, ProblemList problems) => (this.map, What, this.problems) = (map, what, problems);

    /// <summary>Names the map in messages. Set anew where the map itself says what it is.</summary>
    public string What { get; set; }

    public Location At => map.At;

    public IEnumerable<KeyValuePair<YamlScalar, YamlNode>> Entries => map.Entries;

    /// <param name="what">What the map is, for messages: "a step", "profile 'default'".</param>
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
        fields.RefuseUnknownKeys();
        return result;
    }

    public void Problem(Location at, string message) => problems.Add(at, message);

    /// <summary>Where the value of a key stands, or else the map.</summary>
    public Location Place(string key) => Find(key)?.At ?? At;

    public bool Has(string key) => Find(key) is not null;

    /// <summary>For a map of an unknown kind, of which no key can be judged.</summary>
    public void AcceptAnything() => anythingGoes = true;

    /// <summary>For a key that is known, and has its place elsewhere.</summary>
    public void Refuse(string key, string message)
    {
        refused.Add(key);
        foreach (var (name, _) in map.Entries.Where(entry => entry.Key.Value == key))
        {
            problems.Add(name.At, message);
        }
    }

    public YamlNode? Take(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return Find(key);
    }

    public T? Map<T>(string key, Func<Fields, T?> read)
        where T : class => Take(key) is { } node ? Read(node, $"'{key}'", problems, read) : null;

    public void Map(string key, Action<Fields> read) => Map<Fields>(key, fields =>
    {
        read(fields);
        return null;
    });

    /// <summary>Null where the key is missing; the items that fit otherwise.</summary>
    public IReadOnlyList<T>? List<T>(string key, Func<YamlNode, T?> read)
        where T : class
    {
        switch (Take(key))
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

    /// <summary>A problem where exactly one of these keys is needed, and none or several stand there.</summary>
    public void ExactlyOne(string first, string second)
    {
        if (Has(first) == Has(second))
        {
            problems.Add(At, $"{Capitalised(What)} needs either '{first}' or '{second}'{(Has(first) ? ", not both" : "")}.");
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

    private void RefuseUnknownKeys()
    {
        if (anythingGoes)
        {
            return;
        }

        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Value) && !refused.Contains(key.Value))
            {
                problems.Add(key.At, problems.IsFull ? "" : $"Unknown key '{Excerpt.Of(key.Value)}' in {What}.{Nearest.Hint(key.Value, known)} Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
        }
    }
}
