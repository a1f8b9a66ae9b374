using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// The forms in which a secret turns up in output: as it is, trimmed, each of its lines, base64 and base64url at any of the three
/// alignments (as in <c>user:password</c>), hex, and escaped for URLs, JSON, shells, XML and Compose.
/// </summary>
internal static class RedactionForms
{
    /// <summary>Words that stand in every log.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "null", "none", "root", "admin", "user", "password", "secret", "localhost", "default", "test", "prod",
        "production", "staging", "development", "debug", "info", "warn", "warning", "error", "http", "https", "postgres", "redis",
    };

    /// <summary>"is …", the reason to leave this value readable; null where it is to be masked.</summary>
    public static string? WhyNotMasked(string value)
    {
        var trimmed = value.AsSpan().Trim();
        return trimmed.Length < Redaction.Shortest ? $"is shorter than {Redaction.Shortest} characters"
            : trimmed.Length < 5 && !trimmed.ContainsAnyExceptInRange('0', '9') ? "is a number of fewer than 5 digits"
            : Common.GetAlternateLookup<ReadOnlySpan<char>>().Contains(trimmed) ? "is a very common word"
            : null;
    }

    public static HashSet<string> Of(IEnumerable<string> values)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (WhyNotMasked(value) is null)
            {
                AddAll(forms, value);
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
        if (value.AsSpan().ContainsAnyExcept(Plain))
        {
            AddEscaped(forms, value);
        }

        if (value.AsSpan().ContainsAny('\n', '\r'))
        {
            foreach (var line in value.Split('\n', '\r'))
            {
                if (line.Trim() is { Length: >= Redaction.ShortestLine } part && WhyNotMasked(part) is null)
                {
                    AddAll(forms, part);
                }
            }
        }
    }

    private static void AddEncoded(HashSet<string> forms, byte[] bytes)
    {
        forms.Add(Convert.ToHexString(bytes));
        forms.Add(Convert.ToHexStringLower(bytes));
        forms.Add(Base64Url.EncodeToString(bytes));
        forms.Add(Convert.ToBase64String(bytes));
        for (var before = 0; before < 3; before++)
        {
            // Characters that also depend on the bytes beside the secret differ each time: they are cut off.
            var padded = new byte[before + bytes.Length];
            bytes.CopyTo(padded, before);
            var first = (before * 8 + 5) / 6;
            var middle = Convert.ToBase64String(padded)[first..(padded.Length * 8 / 6)];
            forms.Add(middle);
            forms.Add(middle.Replace('+', '-').Replace('/', '_'));
        }
    }

    private static void AddEscaped(HashSet<string> forms, string value)
    {
        var url = Uri.EscapeDataString(value);
        forms.Add(url);
        forms.Add(LowerEscapes(url));
        forms.Add(WebUtility.UrlEncode(value));
        forms.Add(Json(value, ""));
        forms.Add(Json(value, "<>&")); // As Go does, and with it docker.
        forms.Add(Json(value, "<>&'+`\"", "X4", asciiOnly: true)); // As .NET does.
        forms.Add(Json(value, "", asciiOnly: true)); // As Python does.
        forms.Add(value.Replace("'", "'\\''"));
        forms.Add(value.Replace("'", "'\"'\"'"));
        forms.Add(Backslashed(value, "\"$`\\"));
        forms.Add(Backslashed(value, " \t\"'$`\\!#&()*;<>?[]^{}|~"));
        forms.Add(value.Replace("$", "$$"));
        forms.Add(WebUtility.HtmlEncode(value));
        forms.Add(value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
    }

    /// <summary>What no escape changes.</summary>
    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static string LowerEscapes(string url)
    {
        var text = url.ToCharArray();
        for (var i = text.AsSpan().IndexOf('%'); i >= 0 && i + 2 < text.Length; i++)
        {
            if (text[i] == '%')
            {
                (text[i + 1], text[i + 2]) = (char.ToLowerInvariant(text[i + 1]), char.ToLowerInvariant(text[i + 2]));
            }
        }

        return new string(text);
    }

    private static string Json(string value, string escaped, string hex = "x4", bool asciiOnly = false)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                _ when escaped.Contains(c) || c > 126 && asciiOnly => text.Append("\\u").Append(((int)c).ToString(hex, CultureInfo.InvariantCulture)),
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
