namespace Harbor.Optimization.Configuration;

/// <summary>Where something stands in a file; without a line, for what was not read from one.</summary>
public sealed record ConfigPlace(string File, int Line = 0, int Column = 0)
{
    public override string ToString() => Line == 0 ? File : FormattableString.Invariant($"{File}:{Line}:{Column}");
}

/// <summary>Something that is wrong in a configuration, or odd.</summary>
public sealed record ConfigProblem(ConfigPlace Place, string Message)
{
    // Without a line, the place is the key that the message begins with.
    public override string ToString() => Place.Line == 0 ? Message : $"{Place}: {Message}";
}

/// <summary>The configuration can't be used: all that is wrong with it, in the order of the file.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigProblem> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<ConfigProblem> Problems => problems;
}

/// <summary>A value with its place.</summary>
internal abstract record ConfigValue(ConfigPlace Place)
{
    /// <summary>What a message calls it.</summary>
    public abstract string Kind { get; }

    /// <summary>As free data that is passed on to rollouts.</summary>
    public abstract SideInfo ToData();

    public sealed record Table(ConfigPlace Place) : ConfigValue(Place)
    {
        private readonly List<(string Key, ConfigPlace Place, ConfigValue Value)> entries = [];

        public override string Kind => "a table";

        /// <summary>In the order of the file.</summary>
        public IReadOnlyList<(string Key, ConfigPlace Place, ConfigValue Value)> Entries => entries;

        public ConfigValue? Find(string key) => entries.Find(entry => entry.Key == key).Value;

        public void Add(string key, ConfigPlace place, ConfigValue value) => entries.Add((key, place, value));

        public override SideInfo ToData() => SideInfo.Of(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToData())));
    }

    public sealed record List(ConfigPlace Place, List<ConfigValue> Items) : ConfigValue(Place)
    {
        public override string Kind => "a list";

        public override SideInfo ToData() => new SideInfo.List([.. Items.Select(item => item.ToData())]);
    }

    public sealed record Text(ConfigPlace Place, string Value) : ConfigValue(Place)
    {
        public override string Kind => $"the text \"{(Value.Length > 40 ? Value[..37] + "..." : Value)}\"";

        public override SideInfo ToData() => Value;
    }

    public sealed record Whole(ConfigPlace Place, long Value) : ConfigValue(Place)
    {
        public override string Kind => FormattableString.Invariant($"the number {Value}");

        public override SideInfo ToData() => Value;
    }

    public sealed record Real(ConfigPlace Place, double Value) : ConfigValue(Place)
    {
        public override string Kind => $"the number {Python.PythonText.Of(Value)}";

        public override SideInfo ToData() => Value;
    }

    public sealed record Truth(ConfigPlace Place, bool Value) : ConfigValue(Place)
    {
        public override string Kind => Value ? "true" : "false";

        public override SideInfo ToData() => Value;
    }

    /// <summary>A date, an empty value of JSON ...: passed on as text, of no use where the engine reads.</summary>
    public sealed record Other(ConfigPlace Place, string Value) : ConfigValue(Place)
    {
        public override string Kind => Value;

        public override SideInfo ToData() => Value;
    }
}
