namespace Harbor.Optimization;

/// <summary>The texts of a system by component, in order. Two candidates are equal if their components and texts are.</summary>
public sealed class Candidate : IEquatable<Candidate>
{
    private readonly KeyValuePair<string, string>[] texts;
    private readonly int hash;

    /// <exception cref="ArgumentException">No component, or one twice.</exception>
    public Candidate(params IEnumerable<KeyValuePair<string, string>> texts)
    {
        this.texts = [.. texts];
        if (this.texts.Length == 0)
        {
            throw new ArgumentException("A candidate needs at least one component.", nameof(texts));
        }

        var hashing = default(HashCode);
        for (var i = 0; i < this.texts.Length; i++)
        {
            var (name, text) = this.texts[i];
            if (this.texts.Take(i).Any(other => other.Key == name))
            {
                throw new ArgumentException($"Component '{name}' is given twice.", nameof(texts));
            }

            hashing.Add(name);
            hashing.Add(text);
        }

        hash = hashing.ToHashCode();
    }

    public IReadOnlyList<KeyValuePair<string, string>> Texts => texts;

    public int Count => texts.Length;

    /// <exception cref="KeyNotFoundException">There is no such component.</exception>
    public string this[string component]
    {
        get
        {
            foreach (var (name, text) in texts)
            {
                if (name == component)
                {
                    return text;
                }
            }

            throw new KeyNotFoundException(
                $"There is no component '{component}'; there are {string.Join(", ", texts.Select(text => text.Key))}.");
        }
    }

    /// <summary>The same, but for the given texts.</summary>
    public Candidate With(IEnumerable<KeyValuePair<string, string>> changes)
    {
        KeyValuePair<string, string>[] changed = [.. texts];
        foreach (var change in changes)
        {
            var index = Array.FindIndex(changed, text => text.Key == change.Key);
            changed[index >= 0 ? index : throw new KeyNotFoundException($"There is no component '{change.Key}'.")] = change;
        }

        return new Candidate(changed);
    }

    public bool Equals(Candidate? other) => other is not null && hash == other.hash && texts.AsSpan().SequenceEqual(other.texts);

    public override bool Equals(object? obj) => Equals(obj as Candidate);

    public override int GetHashCode() => hash;
}
