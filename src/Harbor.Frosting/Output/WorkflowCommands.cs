namespace Harbor.Frosting;

/// <summary>
/// Handles lines that GitHub's and Azure's runners execute: <c>::set-env ...</c> at the start of a line, <c>##[...]</c> and
/// <c>##vso[...]</c> anywhere. A container's output must not control the build, so a blank is inserted into such lines.
/// </summary>
internal static class WorkflowCommands
{
    public static bool AreRead { get; } =
        Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true"
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TF_BUILD"));

    public static string Format(string name, string value) =>
        $"::{name}::{value.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A")}";

    /// <param name="lines">Starts at the beginning of a line.</param>
    public static string Break(string lines)
    {
        lines = lines.Replace("##[", "# #[", StringComparison.Ordinal).Replace("##vso[", "# #vso[", StringComparison.OrdinalIgnoreCase);
        for (var at = lines.IndexOf("::", StringComparison.Ordinal); at >= 0; at = lines.IndexOf("::", at + 2, StringComparison.Ordinal))
        {
            if (BeginsLine(lines, at))
            {
                lines = lines.Insert(at + 1, " ");
            }
        }

        return lines;
    }

    /// <summary>Whether only white space precedes, which the runner ignores.</summary>
    private static bool BeginsLine(string lines, int at)
    {
        while (at > 0 && lines[at - 1] is not ('\n' or '\r') && char.IsWhiteSpace(lines[at - 1]))
        {
            at--;
        }

        return at == 0 || lines[at - 1] is '\n' or '\r';
    }
}
