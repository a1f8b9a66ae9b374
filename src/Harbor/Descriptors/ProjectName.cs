namespace Harbor.Descriptors;

/// <summary>Compose's rule for the name of a project.</summary>
public static class ProjectName
{
    /// <summary>In lower case, without what may not stand in a name, and without leading <c>_</c> and <c>-</c>; null where nothing is left.</summary>
    public static string? Of(string text)
    {
        var kept = text.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').ToArray();
        var name = new string(kept).TrimStart('_', '-');
        return name.Length == 0 ? null : name;
    }
}
