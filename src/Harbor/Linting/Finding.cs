using System.Security.Cryptography;
using System.Text;

namespace Harbor.Linting;

/// <summary>Something that a rule objects to. Never holds what was matched.</summary>
/// <param name="File">Relative to the project root.</param>
/// <param name="Line">From 1; 0 where the file as a whole is meant.</param>
/// <param name="IsError">Errors fail the run; warnings do not.</param>
/// <param name="Fingerprint">First 8 hex digits of the SHA-256 of what was matched, line breaks and case aside: the same secret has the same everywhere.</param>
/// <param name="Message">What it is and what to do.</param>
public sealed record Finding(string File, int Line, string Rule, bool IsError, string Fingerprint, string Message)
{
    /// <summary>Where it stands in an older version of the file: git's name of that content.</summary>
    public string? Blob { get; init; }

    /// <param name="what">What the fingerprint is of, beside the rule: for what is no secret.</param>
    public static Finding Of(string file, int line, string rule, bool isError, string what, string message) =>
        new(file, line, rule, isError, FingerprintOf($"{rule} {what}"), message);

    public static string FingerprintOf(string match) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(match)))[..8];

    /// <summary>As compilers write it. Characters of the file's name that a terminal would obey are escaped.</summary>
    public override string ToString() =>
        $"{Printable(File)}{(Line > 0 ? $":{Line}" : "")}: {(IsError ? "error" : "warning")} {Rule} {Fingerprint} {Printable(Message)}{(Blob is null ? "" : $" [history: blob {Blob[..12]}]")}";

    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) : text;
}
