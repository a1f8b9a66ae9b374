namespace Harbor.Descriptors;

/// <summary>Compose's rule for the name of a project.</summary>
public static class ProjectName
{
    /// <summary>The expected form of a name; null if the name is valid.</summary>
    public static string? Fault(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-')
            ? null
            : "lower-case letters, digits, '_' and '-', beginning with a letter or digit"
                + (FromText(name) is { } near ? $", as in '{near}'" : "");

    /// <summary>
    /// Makes a valid name: lower case, without invalid characters and leading <c>_</c> and <c>-</c>. Null if no character is left.
    /// </summary>
    public static string? FromText(string text)
    {
        var kept = text.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-').ToArray();
        var name = new string(kept).TrimStart('_', '-');
        return name.Length == 0 ? null : name;
    }
}
