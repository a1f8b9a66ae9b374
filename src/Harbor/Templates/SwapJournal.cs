namespace Harbor.Templates;

/// <summary>
/// The journal of a swap, <c>var/state/prepare.journal</c>. It is written after all new files are staged and before the first is moved.
/// Once it exists, this run or the next one finishes the swap.
/// </summary>
/// <param name="Manifest">The manifest of the new tree.</param>
/// <param name="Moves">Indexes into the manifest's files. The index is the name of the staged file.</param>
/// <param name="Drops">Paths to delete, relative to <c>var/run</c>.</param>
internal sealed record SwapJournal(RenderedManifest Manifest, IReadOnlyList<int> Moves, IReadOnlyList<string> Drops)
{
    private const string Header = "harbor-swap 1";
    private const string Separator = "manifest";

    public static string Location(ProjectPaths paths) => Path.Combine(paths.State, "prepare.journal");

    public string Format() =>
        string.Join(
        '\n', [Header, .. Moves.Select(move => $"move {move}"), .. Drops.Select(path => $"drop {path}"), Separator, Manifest.Format()]);

    /// <summary>Null if the text is not a complete journal; then the swap has not begun.</summary>
    public static SwapJournal? TryParse(string text)
    {
        var (moves, drops) = (new List<int>(), new List<string>());
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length && lines[0] == Header; i++)
        {
            if (lines[i] == Separator)
            {
                var manifest = RenderedManifest.TryParse(string.Join('\n', lines[(i + 1)..]));
                return manifest is null || moves.Any(move => move >= manifest.Files.Count) ? null : new(manifest, moves, drops);
            }

            if (lines[i].StartsWith("move ", StringComparison.Ordinal) && int.TryParse(lines[i].AsSpan(5), out var move) && move >= 0)
            {
                moves.Add(move);
            }
            else if (lines[i].StartsWith("drop ", StringComparison.Ordinal))
            {
                drops.Add(lines[i][5..]);
            }
            else
            {
                return null;
            }
        }

        return null;
    }
}
