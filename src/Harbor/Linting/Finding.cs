using System.Security.Cryptography;
using System.Text;

namespace Harbor.Linting;

/// <summary>A violation of a rule. It never contains the matched text.</summary>
/// <param name="File">Relative to the project root.</param>
/// <param name="Line">Counts from 1; 0 for the whole file.</param>
/// <param name="IsError">Errors fail the run; warnings do not.</param>
/// <param name="Fingerprint">First 8 hex digits of the SHA-256 of the matched text without line breaks and case, so that a secret has the
/// same fingerprint in every file.</param>
/// <param name="Message">Describes the finding and what to do.</param>
public sealed record Finding(string File, int Line, string Rule, bool IsError, string Fingerprint, string Message)
{
    /// <summary>Git's id of the older version of the file; null for the current version.</summary>
    public string? Blob { get; init; }

    /// <param name="what">Hashed together with the rule for the fingerprint. Not secret.</param>
    public static Finding Create(string file, int line, string rule, bool isError, string what, string message) =>
        new(file, line, rule, isError, FingerprintOf($"{rule} {what}"), message);

    public static string FingerprintOf(string match) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(match)))[..8];

    /// <summary>The format of compilers. Control characters in the file's name are escaped.</summary>
    public override string ToString() =>
        $"{Printable(File)}{(Line > 0 ? $":{Line}" : "")}: {(IsError ? "error" : "warning")} {Rule} {Fingerprint} " +
            $"{Printable(Message)}{(Blob is null ? "" : $" [history: blob {Blob[..12]}]")}";

    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) : text;
}
