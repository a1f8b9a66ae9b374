namespace Harbor.Pipeline.Inspect;

/// <summary>Formats the checks of Doctor for people.</summary>
internal static class DoctorText
{
    /// <param name="onlyFaults">Whether what is in order is left out.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<CheckDocument> checks, bool onlyFaults, Palette palette)
    {
        var width = checks.Max(check => check.Check.Length);
        foreach (var check in checks.Where(check => !onlyFaults || check.State != "ok"))
        {
            yield return $"{State(check, palette)}  {check.Check.PadRight(width)}  {check.Text}";
            if (check.Remedy is { } remedy)
            {
                yield return $"{new string(' ', width + 11)}-> {(check.Fixed ? "done: " : "")}{remedy}";
            }
        }
    }

    private static string State(CheckDocument check, Palette palette) => check switch
    {
        { Fixed: true } => palette.Good("fixed  "),
        { State: "error" } => palette.Bad("error  "),
        { State: "warning" } => palette.Caution("warning"),
        _ => palette.Good("ok     "),
    };
}
