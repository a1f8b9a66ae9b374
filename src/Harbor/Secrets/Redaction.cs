using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// The secret values of this process, each of which becomes <c>***</c> in what is printed, logged or stored: the value itself and the forms
/// in which tools print it (<see cref="RedactionForms"/>). Where matches overlap, one mask covers them all. A text that is whole goes through
/// <see cref="Apply"/>, a stream through a <see cref="MaskingWriter"/>. Safe to use from several threads. docs/masking.md says what is not found.
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

    /// <summary>Called with every form without line breaks of each value that becomes known, before anybody can print it: for a CI system that masks, too.</summary>
    public Action<string>? Announce { get; set; }

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
            else
            {
                if (name is not null && value.Length > 0)
                {
                    _warnings.Add($"{name} {reason}, so it is not masked in what Harbor prints.");
                }

                return;
            }
        }

        if (Announce is { } announce)
        {
            foreach (var form in RedactionForms.Of([value]))
            {
                if (!form.AsSpan().ContainsAny('\n', '\r'))
                {
                    announce(form);
                }
            }
        }
    }

    /// <summary>The whole text masked; the text itself where nothing is secret.</summary>
    public string Apply(string text)
    {
        if (Matcher.Next(text, 0, out _) < 0 && !text.Contains(BareText.Escape))
        {
            return text;
        }

        using var masked = new StringWriter(new StringBuilder(text.Length));
        using (var writer = new MaskingWriter(masked, this))
        {
            writer.Write(text);
        }

        return masked.ToString();
    }

    /// <summary>Of all values known by now; built when first needed.</summary>
    internal RedactionMatcher Matcher
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
