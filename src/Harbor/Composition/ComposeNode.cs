using YamlDotNet.Core;

namespace Harbor.Composition;

internal enum ComposeNodeKind
{
    Scalar,
    Sequence,
    Mapping,
}

/// <summary>A YAML node as it was written: nothing is resolved, so that it can be written again without a change of meaning. An alias is the anchored node itself.</summary>
internal sealed class ComposeNode(ComposeNodeKind kind, TagName tag, Mark start)
{
    public ComposeNodeKind Kind { get; } = kind;

    public TagName Tag { get; } = tag;

    public int Line { get; } = (int)start.Line;

    public int Column { get; } = (int)start.Column;

    /// <summary>A scalar's text; empty for the others.</summary>
    public string Value { get; init; } = "";

    /// <summary>Written without quotes: may be a number, a boolean or null.</summary>
    public bool IsPlain { get; init; }

    /// <summary>A sequence's items; a mapping's keys and values in turn.</summary>
    public List<ComposeNode> Children { get; } = [];

    /// <summary>Levels below, aliases followed.</summary>
    public int Height { get; private set; } = 1;

    /// <summary>Nodes in all, aliases followed.</summary>
    public long Size { get; private set; } = 1;

    /// <summary>A mapping without a tag of its own.</summary>
    public bool IsPlainMapping => Kind == ComposeNodeKind.Mapping && Tag.IsEmpty;

    public void Add(ComposeNode child)
    {
        Children.Add(child);
        Height = Math.Max(Height, child.Height + 1);
        Size = Math.Min(Size + child.Size, int.MaxValue);
    }

    /// <summary>A mapping's entries; none for the others.</summary>
    public IEnumerable<(ComposeNode Key, ComposeNode Value)> Entries()
    {
        for (var i = 0; Kind == ComposeNodeKind.Mapping && i + 1 < Children.Count; i += 2)
        {
            yield return (Children[i], Children[i + 1]);
        }
    }

    /// <summary>The value of a key, also where it comes in by <c>&lt;&lt;</c>; null if there is none.</summary>
    public ComposeNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Entries())
            {
                if (name.Value == key)
                {
                    return value;
                }
            }

            foreach (var (name, value) in Entries())
            {
                if (name is { Value: "<<", IsPlain: true })
                {
                    var sources = value.Kind == ComposeNodeKind.Sequence ? value.Children : [value];
                    return sources.Select(source => source[key]).FirstOrDefault(found => found is not null);
                }
            }

            return null;
        }
    }
}
