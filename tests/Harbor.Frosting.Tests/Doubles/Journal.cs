namespace Harbor.Frosting.Tests.Doubles;

/// <summary>What happened, in order; written to by many tasks at once.</summary>
internal sealed class Journal
{
    private readonly Lock _gate = new();
    private readonly List<string> _entries = [];

    public void Add(string entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
        }
    }

    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public override string ToString() => string.Join(' ', Entries);
}
