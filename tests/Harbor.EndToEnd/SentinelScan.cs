using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Harbor.EndToEnd;

/// <summary>
/// Looks for secrets in whatever form they may have got somewhere. Its forms are made here, not by the masker that is tested with it.
/// </summary>
/// <param name="secrets">By name: findings name the secret and the form, never the value.</param>
internal sealed class SentinelScan(IReadOnlyDictionary<string, string> secrets)
{
    private readonly List<(string What, string Text)> _forms =
        [.. secrets.SelectMany(secret => Forms(secret.Value).Select(form => ($"{secret.Key} {form.Form}", form.Text)))];

    public IEnumerable<string> Find(string where, string text) =>
        _forms.Where(form => text.Contains(form.Text, StringComparison.Ordinal)).Select(form => $"{where}: {form.What}");

    public IEnumerable<string> FindInFile(string file) => Find(file, Encoding.Latin1.GetString(File.ReadAllBytes(file)));

    /// <param name="allowed">Files that may hold secrets.</param>
    public IEnumerable<string> FindInFolder(string folder, params IEnumerable<string> allowed) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(
            folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Except(allowed).SelectMany(FindInFile)
        : [];

    public static IEnumerable<(string Form, string Text)> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return ("raw", secret);
        for (var before = 0; before < 3; before++)
        {
            // Without the characters that depend on what stands beside the secret.
            var base64 = Convert.ToBase64String([.. new byte[before], .. bytes])[((before * 8 + 5) / 6)..((before + bytes.Length) * 8 / 6)];
            yield return ($"base64 at {before}", base64);
            yield return ($"base64url at {before}", base64.Replace('+', '-').Replace('/', '_'));
        }

        yield return ("URL", Uri.EscapeDataString(secret));
        yield return ("URL form", WebUtility.UrlEncode(secret));
        yield return ("JSON", JsonSerializer.Serialize(secret)[1..^1]);
        yield return ("JSON of Go", secret.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")
            .Replace("&", "\\u0026").Replace("<", "\\u003c").Replace(">", "\\u003e"));
        yield return ("shell, single quotes", secret.Replace("'", "'\\''"));
        yield return ("shell, double quotes", secret.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("$", "\\$").Replace("`", "\\`"));
        yield return ("shell, backslashes",
            string.Concat(secret.Select(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '=' or '%' or '+' ? $"{c}" : $"\\{c}")));
        yield return ("XML", SecurityElement.Escape(secret));
        yield return ("HTML", WebUtility.HtmlEncode(secret));
        yield return ("hex", Convert.ToHexString(bytes));
        yield return ("hex in lower case", Convert.ToHexStringLower(bytes));
        yield return ("SHA-256", Convert.ToHexStringLower(SHA256.HashData(bytes))); // From which a weak one could be guessed.
        yield return ("SHA-256 in base64", Convert.ToBase64String(SHA256.HashData(bytes)));
        yield return ("reversed", string.Concat(secret.Reverse()));
        foreach (var (number, line) in secret.Split('\n').Where(line => line.Length >= 8).Index())
        {
            yield return ($"line {number}, first 8", line[..8]);
            yield return ($"line {number}, last 8", line[^8..]);
        }
    }
}
