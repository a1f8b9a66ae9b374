namespace Harbor.Frosting;

/// <summary>
/// Lines that GitHub's and Azure's runners take for commands: <c>::set-env ...</c> at a line's start, <c>##[...]</c> and <c>##vso[...]</c> anywhere.
/// What a container prints must not steer the build that shows it, so a blank breaks them up.
/// </summary>
internal static class WorkflowCommands
{
    public static bool AreRead { get; } =
        Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true" || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TF_BUILD"));

    public static string Of(string name, string value) => $"::{name}::{value.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A")}";

    /// <param name="lines">Begins where a line does.</param>
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

    /// <summary>The runner passes over any white space before it.</summary>
    private static bool BeginsLine(string lines, int at)
    {
        while (at > 0 && lines[at - 1] is not ('\n' or '\r') && char.IsWhiteSpace(lines[at - 1]))
        {
            at--;
        }

        return at == 0 || lines[at - 1] is '\n' or '\r';
    }
}
