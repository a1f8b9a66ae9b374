using System.Text;

namespace Harbor.Masking;

/// <summary>
/// The secret values of a run. In everything that is printed, logged or stored, each becomes <c>***</c>: the value itself and the forms in
/// which tools print it (<see cref="RedactionForms"/>). One mask covers matches that overlap. A whole text goes through
/// <see cref="Apply"/>, a stream through a <see cref="MaskingWriter"/>. Thread-safe. docs/masking.md lists what is not found.
/// </summary>
public sealed class Redaction
{
    public const string Mask = "***";

    /// <summary>Shorter values are not masked: masking them would destroy every log, and reveal them.</summary>
    public const int Shortest = RedactionMatcher.PrefixLength;

    /// <summary>A single line of a multi-line value is masked only if it has this length.</summary>
    public const int ShortestLine = 6;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _values = [];
    private readonly List<string> _warnings = [];
    private volatile RedactionMatcher? _matcher = RedactionMatcher.Nothing;

    /// <summary>A sentence for each secret that is not masked, with the reason and without the value. For the user.</summary>
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

    /// <summary>
    /// Called with every form without line breaks of each new value, before it can be printed. For CI systems with masking of their own.
    /// </summary>
    public Action<string>? Announce { get; set; }

    /// <param name="name">The user's name for it, for <see cref="Warnings"/>.</param>
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
            foreach (var form in RedactionForms.Compute([value]))
            {
                if (!form.AsSpan().ContainsAny('\n', '\r'))
                {
                    announce(form);
                }
            }
        }
    }

    /// <summary>The masked text; the same instance where nothing is secret.</summary>
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

    /// <summary>For all values so far; built when it is needed.</summary>
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
                return _matcher ??= new RedactionMatcher(RedactionForms.Compute(_values));
            }
        }
    }
}
