namespace Harbor.Pipeline;

/// <summary>Colours text for the terminal; without colours, text stays as it is.</summary>
internal sealed record Palette(bool IsOn)
{
    public static Palette None { get; } = new(false);

    public string Good(string text) => Paint(32, text);

    public string Caution(string text) => Paint(33, text);

    public string Bad(string text) => Paint(31, text);

    public string Place(string text) => Paint(36, text);

    /// <summary>A container's state or health.</summary>
    public string State(string state) => state.Trim() switch
    {
        "running" or "healthy" or "completed" => Good(state),
        "exited" or "unhealthy" or "dead" or "restarting" or "removing" => Bad(state),
        "created" or "starting" or "paused" => Caution(state),
        _ => state,
    };

    /// <summary>Lines of a unified diff.</summary>
    public string Diff(string diff) => IsOn ? string.Join('\n', diff.Split('\n').Select(DiffLine)) : diff;

    private string DiffLine(string line) => line switch
    {
        ['+', '+', '+', ..] or ['-', '-', '-', ..] => line,
        ['+', ..] => Good(line),
        ['-', ..] => Bad(line),
        ['@', '@', ..] => Place(line),
        _ => line,
    };

    private string Paint(int colour, string text) => IsOn && text.Length > 0 ? $"\e[{colour}m{text}\e[0m" : text;
}
