namespace Harbor.Environments;

/// <summary>Applies layers to each other: a later value takes the place of an earlier one, and may be made from it.</summary>
internal sealed class EnvironmentMerge(
    IReadOnlyDictionary<string, EnvironmentValue> overrides, IReadOnlySet<string> secretNames, bool keepHistory)
{
    /// <summary>The kernel gives no program a longer NAME=value (MAX_ARG_STRLEN); it also bounds values made from values.</summary>
    private const int MaxLength = 131_071;

    private readonly HashSet<Problem> _seen = [];

    public List<Problem> Problems { get; } = [];
    public List<Problem> Warnings { get; } = [];
    public List<VariableRead> Reads { get; } = [];

    public Dictionary<string, EnvironmentValue> Merge(IReadOnlyList<EnvironmentLayer> layers)
    {
        var merged = new Dictionary<string, EnvironmentValue>();
        foreach (var layer in layers)
        {
            foreach (var entry in layer.Entries)
            {
                if (entry.Text is not null)
                {
                    var value = Evaluate(layer, entry, entry.Text, merged);
                    merged[entry.Name] = keepHistory ? value with { Overrode = merged.GetValueOrDefault(entry.Name) } : value;
                }
            }
        }

        foreach (var (name, value) in overrides)
        {
            var above = keepHistory ? Above(value, merged.GetValueOrDefault(name), secretNames.Contains(name)) : value;
            merged[name] = above with { IsSecret = value.IsSecret || secretNames.Contains(name) };
        }

        return merged;
    }

    private EnvironmentValue Evaluate(EnvironmentLayer layer, DotenvEntry entry, string text, Dictionary<string, EnvironmentValue> merged)
    {
        var secret = secretNames.Contains(entry.Name);
        var value = text;
        if (entry.Quoting != DotenvQuoting.SingleQuoted)
        {
            if (keepHistory)
            {
                Reads.AddRange(VariableMentions.Find(text)
                    .Select(mention => new VariableRead(mention.Name, ReaderKind.Layer, layer.File, entry.Line, mention.IsRequired)));
            }

            value = Interpolation.Expand(text, Lookup, finding => Report(layer, entry, finding), MaxLength);
        }

        if (entry.Name.Length + value.Length + 1 > MaxLength)
        {
            Add(Problems,
                new(layer.File, entry.Line, entry.Column,
                $"the value of {entry.Name} is longer than the {MaxLength} characters that a program can be given."));
        }

        return new(value, new Origin(layer.File, entry.Line, ""), secret);

        // As in Compose, a value from outside of the files is seen before the values in the files.
        string? Lookup(string name)
        {
            if (!overrides.TryGetValue(name, out var found) && !merged.TryGetValue(name, out found))
            {
                return null;
            }

            secret |= found.IsSecret || secretNames.Contains(name);
            return found.Value;
        }
    }

    private static EnvironmentValue Above(EnvironmentValue value, EnvironmentValue? lowest, bool isSecret) =>
        value with
        {
            IsSecret = value.IsSecret || isSecret,
            Overrode = value.Overrode is { } next
            ? Above(next, lowest, isSecret) : lowest
        };

    private void Report(EnvironmentLayer layer, DotenvEntry entry, InterpolationFinding finding)
    {
        var message = $"in the value of {entry.Name}: {finding.Message}";
        if (finding.Fault == InterpolationFault.Unset)
        {
            Add(Warnings,
                new(layer.File, entry.Line, entry.Column, $"{message} This layer and those below don't set it, so it is left empty."));
        }
        else
        {
            Add(Problems, new(layer.File, entry.Line, entry.Column, message));
        }
    }

    private void Add(List<Problem> to, Problem problem)
    {
        if (_seen.Add(problem))
        {
            to.Add(problem);
        }
    }
}
