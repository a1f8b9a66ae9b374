namespace Harbor.Optimization.Configuration;

/// <summary>
/// Reads a table key by key. What is wrong is collected, with its place; <see cref="Finish"/> reports the keys that nobody asked for.
/// </summary>
internal sealed class ConfigTable(ConfigValue.Table table, string path, List<ConfigProblem> problems)
{
    private readonly HashSet<string> asked = [];
    private readonly Dictionary<string, ConfigTable> children = [];
    private readonly List<ConfigTable> entries = [];

    public ConfigPlace Place => table.Place;

    public IReadOnlyList<(string Key, ConfigPlace Place, ConfigValue Value)> Entries => table.Entries;

    public bool Has(string key) => table.Find(key) is not null;

    public void WrongAt(ConfigPlace place, string key, string what) => problems.Add(new ConfigProblem(place, $"{Under(key)}: {what}"));

    public void Wrong(string key, string what) => problems.Add(new ConfigProblem(PlaceOf(key), $"{Under(key)}: {what}"));

    public ConfigPlace PlaceOf(string key) =>
        table.Entries.Where(entry => entry.Key == key).Select(entry => entry.Place).FirstOrDefault() ?? Place;

    /// <summary>A table that may be missing: then it is empty. The same one each time.</summary>
    public ConfigTable Table(string key)
    {
        if (!children.TryGetValue(key, out var child))
        {
            var value = Value<ConfigValue.Table>(key, "a table");
            children[key] = child = new ConfigTable(value ?? new ConfigValue.Table(PlaceOf(key)), Under(key), problems);
        }

        return child;
    }

    public List<ConfigTable> Tables(string key)
    {
        List<ConfigTable> tables = [];
        foreach (var item in Value<ConfigValue.List>(key, "a list of tables")?.Items ?? [])
        {
            if (item is ConfigValue.Table entry)
            {
                tables.Add(new ConfigTable(entry, Under($"{key}[{tables.Count}]"), problems));
            }
            else
            {
                problems.Add(new ConfigProblem(item.Place, $"{Under(key)}: a table is expected, not {item.Kind}"));
            }
        }

        entries.AddRange(tables);
        return tables;
    }

    /// <summary>Whatever it is, to be passed on.</summary>
    public SideInfo? Data(string key) => Ask(key)?.ToData();

    /// <summary>A table whose keys are the user's own.</summary>
    public ConfigValue.Table? Open(string key) => Value<ConfigValue.Table>(key, "a table");

    public ConfigValue? Ask(string key)
    {
        asked.Add(key);
        return table.Find(key);
    }

    public string? Text(string key) => Value<ConfigValue.Text>(key, "a text")?.Value;

    public bool? Truth(string key) => Value<ConfigValue.Truth>(key, "true or false")?.Value;

    public long? Whole(string key, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        if (Value<ConfigValue.Whole>(key, "a whole number") is not { } number)
        {
            return null;
        }

        if (number.Value < minimum || number.Value > maximum)
        {
            Wrong(key, maximum == long.MaxValue
                ? FormattableString.Invariant($"{number.Value} is too small; at least {minimum} is expected")
                : FormattableString.Invariant($"{number.Value} is not from {minimum} to {maximum}"));
            return null;
        }

        return number.Value;
    }

    public int? Count(string key, int minimum = 0) => (int?)Whole(key, minimum, int.MaxValue);

    public double? Real(string key, double minimum = double.NegativeInfinity, double maximum = double.PositiveInfinity)
    {
        double? number = Ask(key) switch
        {
            ConfigValue.Whole whole => whole.Value,
            ConfigValue.Real real => real.Value,
            null => null,
            var other => Refuse(key, other, "a number"),
        };
        if (number is { } value && !(value >= minimum && value <= maximum))
        {
            Wrong(key, $"{Python.PythonText.Of(value)} is not from {Python.PythonText.Of(minimum)} to {Python.PythonText.Of(maximum)}");
            return null;
        }

        return number;
    }

    /// <summary>The value that a word stands for.</summary>
    public T? OneOf<T>(string key, IReadOnlyDictionary<string, T> values)
        where T : class
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (values.TryGetValue(text, out var value))
        {
            return value;
        }

        var near = NearestName.Suggest(text, values.Keys);
        Wrong(key, $"'{text}' is not known{(near.Length > 0 ? near : $"; there are {string.Join(", ", values.Keys)}")}");
        return null;
    }

    /// <summary>Reports every key that was not asked for, here and below.</summary>
    /// <param name="moved">Where a key of that name is now.</param>
    public void Finish(IReadOnlyDictionary<string, string> moved)
    {
        foreach (var (key, place, _) in table.Entries.Where(entry => !asked.Contains(entry.Key)))
        {
            var hint = moved.TryGetValue(key, out var now) ? $"; it is written as {now}" : NearestName.Suggest(key, asked);
            problems.Add(new ConfigProblem(place, $"{Under(key)} is not known{hint}"));
        }

        foreach (var child in children.Values.Concat(entries))
        {
            child.Finish(moved);
        }
    }

    private string Under(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private T? Value<T>(string key, string expected)
        where T : ConfigValue
    {
        var value = Ask(key);
        if (value is not null and not T)
        {
            Refuse(key, value, expected);
        }

        return value as T;
    }

    private double? Refuse(string key, ConfigValue value, string expected)
    {
        problems.Add(new ConfigProblem(value.Place, $"{Under(key)}: {expected} is expected, not {value.Kind}"));
        return null;
    }
}
