using Harbor.Selection;

namespace Harbor.Descriptors;

/// <summary>The folder of the compose files and the rules that select them.</summary>
public sealed record SourceSection
{
    /// <summary>Relative to the root and inside it.</summary>
    public string Directory { get; init; } = "etc/stacks";

    public SelectionRules Rules { get; init; } = new();

    /// <summary>The path relative to the root of a file that is named relative to <see cref="Directory"/>.</summary>
    public string PathOf(string file)
    {
        var segments = new List<string>();
        foreach (var segment in $"{Directory}/{file}".Split('/'))
        {
            if (segment == ".." && segments.Count > 0 && segments[^1] != "..")
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        return string.Join('/', segments);
    }
}
