using System.Globalization;
using System.Text;

namespace Harbor.Masking;

/// <summary>
/// The forms in which a secret appears in output: unchanged, trimmed, each of its lines, base64 and base64url at any of the three
/// alignments (as in <c>user:password</c>), hex, and escaped for URLs, JSON, shells, XML and Compose.
/// </summary>
internal static class RedactionForms
{
    /// <summary>Words that appear in every log.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "null", "none", "root", "admin", "user", "password", "secret", "localhost", "default", "test", "prod",
        "production", "staging", "development", "debug", "info", "warn", "warning", "error", "http", "https", "postgres", "redis",
    };

    /// <summary>"is …", the reason not to mask this value; null where it is masked.</summary>
    public static string? WhyNotMasked(string value)
    {
        var trimmed = value.AsSpan().Trim();
        return trimmed.Length < Redaction.Shortest ? $"is shorter than {Redaction.Shortest} characters"
            : trimmed.Length < 5 && !trimmed.ContainsAnyExceptInRange('0', '9') ? "is a number of fewer than 5 digits"
            : Common.Contains(trimmed.ToString()) ? "is a very common word"
            : null;
    }

    public static HashSet<string> Compute(IEnumerable<string> values)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (WhyNotMasked(value) is null)
            {
                AddEncoded(forms, Encoding.UTF8.GetBytes(value));
                AddAll(forms, value.Trim());
            }
        }

        forms.RemoveWhere(form => form.Length < Redaction.Shortest);
        return forms;
    }

    private static void AddAll(HashSet<string> forms, string value)
    {
        if (!forms.Add(value))
        {
            return;
        }

        AddEncoded(forms, Encoding.UTF8.GetBytes(value));
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                AddEscaped(forms, value);
                break;
            }
        }

        if (value.AsSpan().ContainsAny('\n', '\r'))
        {
            AddLines(forms, value);
        }
    }

    private static void AddLines(HashSet<string> forms, string value)
    {
        var lines = value.Replace("\r\n", "\n").Split('\n', '\r');
        forms.Add(string.Join('\n', lines));
        forms.Add(string.Join("\r\n", lines)); // A terminal prints it so.
        forms.Add(string.Join("\\n", lines).Replace("'", "\\'")); // $'...' in a shell.
        foreach (var line in lines)
        {
            if (line.Trim() is { Length: >= Redaction.ShortestLine } part && WhyNotMasked(part) is null)
            {
                AddAll(forms, part);
            }
        }
    }

    private static void AddEncoded(HashSet<string> forms, byte[] bytes)
    {
        forms.Add(Convert.ToHexString(bytes));
        forms.Add(Convert.ToHexStringLower(bytes));
        forms.Add(Convert.ToBase64String(bytes));
        for (var before = 0; before < 3; before++)
        {
            // Characters that also depend on the bytes beside the secret are cut off, because they differ each time.
            var padded = new byte[before + bytes.Length];
            bytes.CopyTo(padded, before);
            var middle = Convert.ToBase64String(padded)[((before * 8 + 5) / 6)..(padded.Length * 8 / 6)];
            forms.Add(middle);
            forms.Add(middle.Replace('+', '-').Replace('/', '_'));
        }
    }

    private static void AddEscaped(HashSet<string> forms, string value)
    {
        forms.Add(Url(value, "-_.~", "X2"));
        forms.Add(Url(value, "-_.~", "x2"));
        forms.Add(Url(value, "-_.!*()", "X2").Replace("%20", "+")); // Forms.
        forms.Add(Json(value, ""));
        forms.Add(Json(value, "<>&")); // Go, and so docker.
        forms.Add(Json(value, "<>&'+`\"", "X4", asciiOnly: true)); // .NET.
        forms.Add(Json(value, "", asciiOnly: true)); // Python.
        forms.Add(value.Replace("'", "'\\''"));
        forms.Add(value.Replace("'", "'\"'\"'"));
        forms.Add(Backslashed(value, "\"$`\\"));
        forms.Add(Backslashed(value, " \t\"'$`\\!#&()*;<>?[]^{}|~"));
        forms.Add(value.Replace("$", "$$"));
        var xml = value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        forms.Add(xml);
        forms.Add(xml.Replace("\"", "&quot;").Replace("'", "&#39;"));
        forms.Add(xml.Replace("\"", "&#34;").Replace("'", "&#39;"));
        forms.Add(xml.Replace("\"", "&quot;").Replace("'", "&apos;"));
    }

    private static string Url(string value, string unescaped, string hex)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || unescaped.Contains((char)b)
                ? text.Append((char)b)
                : text.Append('%').Append(b.ToString(hex, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static string Json(string value, string escaped, string hex = "x4", bool asciiOnly = false)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                _ when escaped.Contains(c) || c > 126 && asciiOnly =>
                    text.Append("\\u").Append(((int)c).ToString(hex, CultureInfo.InvariantCulture)),
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString(hex, CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    private static string Backslashed(string value, string escaped)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            text.Append(escaped.Contains(c) ? "\\" : "").Append(c);
        }

        return text.ToString();
    }
}
