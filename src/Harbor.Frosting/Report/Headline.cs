namespace Harbor.Frosting;

/// <summary>The part of an error that fits one line.</summary>
public static class Headline
{
    /// <summary>The first line; with the second, if the first only announces it (<c>Compose refuses the compose files:</c>).</summary>
    public static string Of(string message)
    {
        var lines = message.Trim().Split('\n', 3);
        var first = lines[0].TrimEnd();
        return first.EndsWith(':') && lines.Length > 1 ? $"{first} {lines[1].Trim()}" : first;
    }
}
