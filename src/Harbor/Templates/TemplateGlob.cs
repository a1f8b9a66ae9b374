using System.IO.Enumeration;

namespace Harbor.Templates;

/// <summary>A path with wildcards, split into its fixed folder and the pattern below it.</summary>
internal sealed record TemplateGlob(string Base, IReadOnlyList<string> Pattern)
{
    public bool IsFile => Pattern is [var only] && !IsWild(only);

    public static TemplateGlob Parse(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var wild = Array.FindIndex(segments, IsWild);
        var cut = wild < 0 ? Math.Max(segments.Length - 1, 0) : wild;
        return new(string.Join('/', segments[..cut]), segments[cut..]);
    }

    /// <summary>Whether a path below a folder at this depth under <see cref="Base"/> can match.</summary>
    public bool GoesBelow(int depth) => depth < Pattern.Count || Pattern.Contains("**");

    /// <param name="segments">The segments of a path, relative to <see cref="Base"/>.</param>
    public bool Matches(ReadOnlySpan<string> segments) => Matches(segments, 0);

    private bool Matches(ReadOnlySpan<string> segments, int at)
    {
        if (at == Pattern.Count)
        {
            return segments.IsEmpty;
        }

        if (Pattern[at] == "**")
        {
            // At the end, ** matches files at any depth; in the middle, any number of folders.
            return at + 1 == Pattern.Count ? !segments.IsEmpty : Matches(segments, at + 1)
                || (!segments.IsEmpty && Matches(segments[1..], at));
        }

        return !segments.IsEmpty && FileSystemName.MatchesSimpleExpression(Pattern[at], segments[0], ignoreCase: false)
            && Matches(segments[1..], at + 1);
    }

    private static bool IsWild(string segment) => segment.AsSpan().ContainsAny('*', '?');
}
