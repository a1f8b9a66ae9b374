using System.Text;

namespace Harbor.Optimization.Prompts;

/// <summary>The prompt that asks for a new text. It must hold both placeholders.</summary>
public sealed class ReflectionTemplate
{
    public const string CurrentText = "<curr_param>";
    public const string SideInformation = "<side_info>";

    private static readonly Lazy<ReflectionTemplate> Upstream = new(() => new ReflectionTemplate(Resource()));

    /// <exception cref="ArgumentException">A placeholder is missing.</exception>
    public ReflectionTemplate(string text)
    {
        var missing = Missing(text);
        if (missing.Count > 0)
        {
            throw new ArgumentException(
                $"The reflection template lacks {string.Join(" and ", missing)}; write both into it.", nameof(text));
        }

        Text = text;
    }

    /// <summary>GEPA's own.</summary>
    public static ReflectionTemplate Default => Upstream.Value;

    public string Text { get; }

    public static IReadOnlyList<string> Missing(string text) =>
        [.. new[] { CurrentText, SideInformation }.Where(name => !text.Contains(name, StringComparison.Ordinal))];

    /// <summary>
    /// The current text first, then the samples: a placeholder inside the current text is replaced too, as upstream does.
    /// </summary>
    public string Render(string current, IReadOnlyList<SideInfo.Map> samples)
    {
        var info = new StringBuilder();
        for (var i = 0; i < samples.Count; i++)
        {
            info.Append(i == 0 ? "" : "\n\n").Append("# Example ").Append(i + 1).Append('\n');
            Append(info, samples[i], 2, empty: "");
        }

        return Text.Replace(CurrentText, current, StringComparison.Ordinal)
            .Replace(SideInformation, info.ToString(), StringComparison.Ordinal);
    }

    private static void Append(StringBuilder text, SideInfo value, int level, string empty)
    {
        switch (value)
        {
            case SideInfo.Map { Entries: var entries }:
                foreach (var (key, entry) in entries)
                {
                    text.Append('#', level).Append(' ').Append(key).Append('\n');
                    Append(text, entry, Math.Min(level + 1, 6), "\n");
                }

                text.Append(entries.Count == 0 ? empty : "");
                break;
            case SideInfo.List { Items: var items }:
                for (var i = 0; i < items.Count; i++)
                {
                    text.Append('#', level).Append(" Item ").Append(i + 1).Append('\n');
                    Append(text, items[i], Math.Min(level + 1, 6), "\n");
                }

                text.Append(items.Count == 0 ? empty : "");
                break;
            default:
                text.Append(Python.PythonText.Trim(value.Leaf!)).Append("\n\n");
                break;
        }
    }

    private static string Resource()
    {
        using var stream = typeof(ReflectionTemplate).Assembly.GetManifestResourceStream("reflection.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
