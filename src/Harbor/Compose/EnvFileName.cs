namespace Harbor.Compose;

/// <summary>A place where a compose file names an env file or a label file.</summary>
/// <param name="ComposeFile">Absolute, as is the path.</param>
/// <param name="Start">Of the name in the file, in characters, with its quotes and its anchor.</param>
/// <param name="Anchor">The anchor as it is written, with a blank after it; or empty.</param>
public sealed record EnvFileName(string ComposeFile, int Start, int End, string Anchor, string Path)
{
    /// <summary>
    /// Whether another name can be put there: not where it has a tag or is a block of lines, nor in a compose file that others include or
    /// extend.
    /// </summary>
    public bool IsPlain { get; init; }
}
