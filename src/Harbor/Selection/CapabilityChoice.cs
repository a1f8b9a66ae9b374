namespace Harbor.Selection;

/// <summary>Where capabilities come from: <c>auto</c>, <c>none</c> or a list, which may contain <c>auto</c> too.</summary>
/// <param name="Detect">Look at the machine for those that are not given.</param>
/// <param name="Given">Named ones: they hold even if the machine lacks them, and both nvidia and cdi may be among them.</param>
public sealed record CapabilityChoice(bool Detect, IReadOnlyList<string> Given)
{
    public static CapabilityChoice Auto { get; } = new(true, []);

    public static CapabilityChoice None { get; } = new(false, []);

    /// <summary>Reads the value of <c>--capabilities</c>.</summary>
    /// <exception cref="InvalidStackException">Empty, or <c>none</c> together with other words.</exception>
    public static CapabilityChoice Parse(string text)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] given = [.. words.Where(word => word is not ("auto" or "none"))];
        if (words.Length == 0 || (words.Length > 1 && words.Contains("none")))
        {
            throw new InvalidStackException($"--capabilities '{text}': expected auto, none, or words separated by commas.");
        }

        return new CapabilityChoice(words.Contains("auto"), given);
    }
}
