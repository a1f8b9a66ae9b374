namespace Harbor.Optimization.Configuration;

/// <summary>Reads seeds: a list, or <c>{ start, end, step }</c> whose end is not included, as in Python's range.</summary>
internal static class SeedListReader
{
    private const int Most = 1_000_000;

    public static IReadOnlyList<long>? Read(ConfigTable table, string key)
    {
        switch (table.Ask(key))
        {
            case null:
                return null;
            case ConfigValue.List list:
                return FromList(table, key, list);
            case ConfigValue.Table:
                return FromRange(table, key, table.Table(key));
            case var other:
                table.WrongAt(other.Place, key, $"a list of seeds or {{ start = 0, end = 10 }} is expected, not {other.Kind}");
                return null;
        }
    }

    private static List<long>? FromList(ConfigTable table, string key, ConfigValue.List list)
    {
        var (seeds, seen) = (new List<long>(), new HashSet<long>());
        var isGood = list.Items.Count > 0;
        if (!isGood)
        {
            table.WrongAt(list.Place, key, "the list is empty; at least one seed is expected");
        }

        foreach (var item in list.Items)
        {
            if (item is not ConfigValue.Whole { Value: >= 0 } seed)
            {
                table.WrongAt(item.Place, key, $"a seed is a whole number of at least 0, not {item.Kind}");
                isGood = false;
            }
            else if (!seen.Add(seed.Value))
            {
                table.WrongAt(item.Place, key, FormattableString.Invariant($"seed {seed.Value} is given twice"));
                isGood = false;
            }
            else
            {
                seeds.Add(seed.Value);
            }
        }

        return isGood ? seeds : null;
    }

    private static List<long>? FromRange(ConfigTable table, string key, ConfigTable range)
    {
        var (start, step) = (range.Whole("start", 0) ?? 0, range.Whole("step", 1) ?? 1);
        if (!range.Has("end"))
        {
            range.Wrong("end", "it is missing: the first seed that is not in the range");
        }

        if (range.Whole("end", 0) is not { } end)
        {
            return null;
        }

        if (end <= start || (end - start) / step > Most)
        {
            table.Wrong(key, FormattableString.Invariant($"from {start} to {end} there are no seeds, or more than {Most}"));
            return null;
        }

        var seeds = new List<long>();
        for (var seed = start; seed < end; seed += step)
        {
            seeds.Add(seed);
        }

        return seeds;
    }
}
