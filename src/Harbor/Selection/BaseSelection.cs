namespace Harbor.Selection;

/// <summary>The files that no word selects: those that are named, or those that Compose would read by itself.</summary>
/// <param name="Files">In Compose's order.</param>
/// <param name="Warnings">What was left out though Compose would read it, as sentences for the user.</param>
internal sealed record BaseSelection(IReadOnlyList<string> Files, IReadOnlyList<string> Warnings)
{
    /// <param name="named">The base files that the descriptor names; null if it names none.</param>
    /// <param name="taken">What the words select, in Compose's order.</param>
    public static BaseSelection Find(ComposeFolder folder, IReadOnlyList<string>? named, IReadOnlyList<string> taken)
    {
        if (named is not null)
        {
            return new BaseSelection(named, []);
        }

        var warnings = new List<string>();
        if (folder.Bases.Count > 1)
        {
            warnings.Add($"{folder.DefaultBase} is the base file, as in Compose; {string.Join(", ", folder.Bases.Skip(1))} "
                + $"{(folder.Bases.Count > 2 ? "are" : "is")} not read. Delete what you don't need, or name the base files in "
                + "source.rules.base.");
        }

        if (folder.Override is not { } over || taken.Contains(over))
        {
            return new BaseSelection([folder.DefaultBase], warnings);
        }

        if (taken.Count == 0)
        {
            return new BaseSelection([folder.DefaultBase, over], warnings);
        }

        warnings.Add($"{over} is not read, because {taken[0]} is selected: Compose reads it only where no other file is named. "
            + $"To read it, add the option 'override'.");
        return new BaseSelection([folder.DefaultBase], warnings);
    }
}
