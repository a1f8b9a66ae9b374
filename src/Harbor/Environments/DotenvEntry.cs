namespace Harbor.Environments;

/// <summary>How a value was written: decides whether <c>$NAME</c> in it is replaced (not in single quotes).</summary>
public enum DotenvQuoting
{
    Unquoted,
    SingleQuoted,
    DoubleQuoted,
}

/// <summary>One <c>NAME=value</c> of a dotenv file, before variables in it are replaced.</summary>
/// <param name="Text">
/// The value with quotes, escapes and comments gone. A literal dollar of double quotes (<c>\$</c>) is <c>$$</c> here.
/// Null where the line is a name alone, which takes its value from outside the file.
/// </param>
/// <param name="Line">Line of the name, from 1.</param>
/// <param name="Column">Column of the name, from 1.</param>
public sealed record DotenvEntry(string Name, string? Text, DotenvQuoting Quoting, int Line, int Column)
{
    /// <summary>Where the entry is in the text: from its name (or <c>export</c>) to the end of its value.</summary>
    internal Range Place { get; init; }

    /// <summary>Never the value: entries may be secrets.</summary>
    public override string ToString() => $"{Name} (line {Line})";
}
