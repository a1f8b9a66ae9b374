using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// Replaces every known secret value by <c>***</c> in what is printed, logged or stored: the value itself and the forms
/// in which tools print it (<see cref="RedactionForms"/>). Where matches overlap, everything they cover is masked.
/// Safe to use from several threads. Not found: values with ANSI codes inside them, and lines shorter than
/// <see cref="ShortestLine"/> characters of a multi-line value when they come alone.
/// </summary>
public sealed class Redaction
{
    public const string Mask = "***";

    /// <summary>Shorter values are not masked: that would destroy every log, and reveal them.</summary>
    public const int Shortest = RedactionMatcher.PrefixLength;

    /// <summary>Lines of a multi-line value are masked one by one from this length on.</summary>
    public const int ShortestLine = 6;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _values = [];
    private readonly List<string> _warnings = [];
    private volatile RedactionMatcher? _matcher = RedactionMatcher.Nothing;

    /// <summary>Secrets that are not masked, each a sentence with the reason and never the value; for the user, once.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate)
            {
                return [.. _warnings];
            }
        }
    }

    /// <summary>Makes a value known.</summary>
    /// <param name="name">What the user calls it: only for <see cref="Warnings"/>.</param>
    public void Add(string value, string? name = null)
    {
        lock (_gate)
        {
            if (!_values.Add(value))
            {
                return;
            }

            if (RedactionForms.WhyNotMasked(value) is not { } reason)
            {
                _matcher = null;
            }
            else if (name is not null && value.Length > 0)
            {
                _warnings.Add($"{name} {reason}, so it is not masked in what Harbor prints.");
            }
        }
    }

    public string Apply(string text)
    {
        var matcher = Matcher;
        var start = matcher.Next(text, 0, out var length);
        if (start < 0)
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var copied = 0;
        while (start >= 0)
        {
            var end = matcher.EndOfOverlap(text, start, length, out var next, out length);
            masked.Append(text, copied, start - copied).Append(Mask);
            (copied, start) = (end, next);
        }

        return masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>How much of the text may be masked and shown while more is to come: behind it a secret may be beginning.</summary>
    internal int Complete(ReadOnlySpan<char> text) => Matcher.Complete(text);

    /// <summary>Length of the longest form of all secrets.</summary>
    internal int Longest => Matcher.Longest;

    private RedactionMatcher Matcher
    {
        get
        {
            if (_matcher is { } built)
            {
                return built;
            }

            lock (_gate)
            {
                return _matcher ??= new RedactionMatcher(RedactionForms.Of(_values));
            }
        }
    }
}
