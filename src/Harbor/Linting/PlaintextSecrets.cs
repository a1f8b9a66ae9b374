using System.Buffers;

namespace Harbor.Linting;

/// <summary>
/// Finds values under names like PASSWORD in configuration files, and passwords in URLs. Source code is not searched, because there a
/// name like PASSWORD is mostly followed by another name.
/// </summary>
internal static class PlaintextSecrets
{
    public const string PlaintextSecret = "plaintext-secret";

    private const int LongestValue = 4096;
    private const int Near = 200;
    private const string WhatToDo = "Move it to the secrets layer, and change it, because it stays in git's history.";
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n,;\"'`");
    private static readonly string[] Extensions =
    [
        ".yml", ".yaml", ".json", ".toml", ".ini", ".conf", ".cfg", ".config", ".properties", ".tfvars", ".tf", ".sh", ".ps1", ".ipynb",
        ".bash", ".zsh", ".profile", ".bash_profile", ".zprofile", ".zshenv",
    ];

    public static bool IsLooked(LintText file) =>
        !file.IsBinary && (IsDotenv(file) || Extensions.Contains(System.IO.Path.GetExtension(file.Name).ToLowerInvariant())
            || IsDockerfile(file) || file.Name == "credentials" || file.Name.EndsWith("_history", StringComparison.Ordinal)
                || file.Name.EndsWith("rc", StringComparison.Ordinal));

    public static IEnumerable<Finding> Find(LintText file) =>
        IsDockerfile(file) ? FindPairs(file).Concat(FindWords(file)) : FindPairs(file);

    private static IEnumerable<Finding> FindPairs(LintText file)
    {
        for (var at = file.Text.AsSpan().IndexOfAny('=', ':'); at >= 0; at = Next(file.Text, at))
        {
            if (file.Text.AsSpan(at).StartsWith("://") && UrlPassword(file.Text, at + 3) is { } password)
            {
                yield return Judge(file, at, "the URL", password);
            }
            else if (Name(file.Text, at) is { Length: > 0 } name)
            {
                // A list of variables has two pairs for each: "name: API_TOKEN" and "value: ...".
                var place = at;
                if (name.Equals("name", StringComparison.OrdinalIgnoreCase) && Value(file.Text, at + 1) is { } named
                    && SecretNames.IsSecret(named) && SignOfValue(file, at, named) is { } sign)
                {
                    (name, place) = (named, sign);
                }

                if (SecretNames.IsSecret(name)
                    && (IsYaml(file) ? YamlValue(file.Text, place + 1) : Value(file.Text, place + 1)) is { } value
                    && IsReported(file, name, value))
                {
                    yield return Judge(file, place, name, value);
                }
            }
        }
    }

    /// <summary>The offset of the sign after the next key, if that key is <c>value</c>; else null.</summary>
    private static int? SignOfValue(LintText file, int at, string name)
    {
        const string Key = "value";
        var key = file.SkipBreaks(file.Text.IndexOf(name, at, StringComparison.Ordinal) + name.Length);
        if (!file.Text.AsSpan(key).StartsWith(Key, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var sign = file.SkipBreaks(key + Key.Length);
        return sign < file.Text.Length && file.Text[sign] is ':' or '=' ? sign : null;
    }

    /// <summary>The older form in Dockerfiles, with a blank: <c>ENV NAME value</c>.</summary>
    private static IEnumerable<Finding> FindWords(LintText file)
    {
        var at = 0;
        foreach (var line in file.Text.Split('\n'))
        {
            if (line.TrimStart().Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var instruction, var name, var value]
                && instruction.Equals("ENV", StringComparison.OrdinalIgnoreCase)
                && SecretNames.IsSecret(name) && value.Trim().Trim('"') is var secret && IsReported(file, name, secret))
            {
                yield return Judge(file, at, name, secret);
            }

            at += line.Length + 1;
        }
    }

    private static int Next(string text, int at) => text.AsSpan(at + 1).IndexOfAny('=', ':') is >= 0 and var length ? at + 1 + length : -1;

    private static bool IsDotenv(LintText file) => file.Name.EndsWith(".env", StringComparison.Ordinal)
        || file.Name.StartsWith(".env", StringComparison.Ordinal) || file.Name.Contains(".env.", StringComparison.Ordinal);

    private static bool IsDockerfile(LintText file) => file.Name.Contains("Dockerfile", StringComparison.OrdinalIgnoreCase)
        || file.Name.Contains("Containerfile", StringComparison.OrdinalIgnoreCase);

    private static bool IsYaml(LintText file) => System.IO.Path.GetExtension(file.Name).ToLowerInvariant() is ".yml" or ".yaml";

    /// <summary>Outside dotenv files, a value of words alone is mostly a secret's name, and a KEY is mostly not secret.</summary>
    private static bool IsReported(LintText file, string name, string value) =>
        !SecretNames.IsPlaceholder(value)
        && (IsDotenv(file) || SecretNames.IsStrong(value)
            || (!SecretNames.IsWords(value) && !value.Contains(' ') && !name.EndsWith("key", StringComparison.OrdinalIgnoreCase)));

    private static Finding Judge(LintText file, int at, string name, string value) => SecretNames.IsStrong(value)
        ? file.Error(at, PlaintextSecret, value, $"{name} contains a secret in plain text. {WhatToDo}")
        : file.Warning(at, PlaintextSecret, value, $"{name} may contain a secret in plain text. {WhatToDo}");

    /// <summary>The name before the sign: <c>NAME=</c>, <c>"name" :</c>, <c>export NAME=</c>.</summary>
    private static string Name(string text, int at)
    {
        var end = at;
        while (end > 0 && text[end - 1] is ' ' or '\t' or '"' or '\'')
        {
            end--;
        }

        var start = end;
        while (start > 0 && end - start < 100 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-' or '.'))
        {
            start--;
        }

        // After a dollar or brace the name is a reference: ${PASSWORD:-x}, {{PASSWORD}}.
        var before = start > 0 ? text[start - 1] : '\n';
        var isUse = before is '$' or '/' or '?' or '&' || (before == '{' && start > 1 && text[start - 2] is '$' or '{');
        return isUse ? "" : text[start..end].TrimStart('-', '.');
    }

    /// <summary>The value up to the closing quote, a blank or the end of a list; null if the line ends first.</summary>
    private static string? Value(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        var end = at < text.Length && text[at] is '"' or '\'' ? text.IndexOf(text[at], at + 1) : End(text, at);
        at += at < text.Length && text[at] is '"' or '\'' ? 1 : 0;
        return end > at && end - at <= LongestValue && text.AsSpan(at, end - at).IndexOf('\n') < 0 ? text[at..end] : null;
    }

    /// <summary>The value after an anchor and a tag (<c>&amp;name !!str</c>); of a block (<c>|</c>), its first line.</summary>
    private static string? YamlValue(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '&' or '!')
        {
            at = text[at] == ' ' ? at + 1 : End(text, at);
        }

        if (at >= text.Length || text[at] is not ('|' or '>'))
        {
            return Value(text, at);
        }

        // Searches back only as far as a key and its sign are long; in a text without line ends, more would be quadratic.
        var line = text.AsSpan(0, at)[Math.Max(0, at - Near)..].LastIndexOf('\n') is >= 0 and var back
            ? Math.Max(0, at - Near) + back + 1 : 0;
        var end = text.AsSpan(at)[..Math.Min(Near, text.Length - at)].IndexOf('\n');
        return end >= 0 && Indent(text, at + end + 1) > Indent(text, line) ? Value(text, at + end + 1) : null;
    }

    private static int Indent(string text, int line) => text.AsSpan(line).IndexOfAnyExcept(' ') is >= 0 and var indent ? indent : 0;

    private static int End(string text, int at) => text.AsSpan(at).IndexOfAny(Ends) is >= 0 and var length ? at + length : text.Length;

    /// <summary><c>user:PASSWORD@host</c></summary>
    private static string? UrlPassword(string text, int at)
    {
        var url = text.AsSpan(at, End(text, at) - at);
        var authority = url[..(url.IndexOfAny('/', '?') is >= 0 and var slash ? slash : url.Length)];
        var end = authority.LastIndexOf('@');
        var start = authority.IndexOf(':') + 1;
        return start > 0 && end > start && authority[start..end].ToString() is var password
            && !SecretNames.IsPlaceholder(password) ? password : null;
    }
}
