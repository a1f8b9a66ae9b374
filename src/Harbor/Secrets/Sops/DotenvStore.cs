using System.Text;
using System.Text.Unicode;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>
/// SOPS's dotenv format. It differs from a shell's: lines end with LF, the first <c>=</c> ends the name, and nothing is trimmed or
/// unquoted. Only <c>\n</c> is replaced, by a new line. Names that begin with <c>sops_</c> are metadata, anywhere in the file.
/// </summary>
internal sealed class DotenvStore : SopsStore
{
    public static readonly DotenvStore Instance = new();

    private const string Prefix = "sops_";

    public override SopsTree Read(ReadOnlySpan<byte> bytes, string file)
    {
        var map = new SopsMap(1);
        var metadata = new FlatMetadata(file);
        var line = 0;
        while (bytes.Length > 0)
        {
            line++;
            var end = bytes.IndexOf((byte)'\n') is >= 0 and var found ? found : bytes.Length;
            var text = bytes[..end];
            bytes = bytes[Math.Min(end + 1, bytes.Length)..];
            if (text.Length == 0)
            {
                continue;
            }

            if (text[0] == '#')
            {
                map.Entries.Add(new(null, new SopsScalar(new(SopsType.Comment, text[1..].ToArray()), line)));
                continue;
            }

            if (text.IndexOf((byte)'=') is not (>= 0 and var equals))
            {
                throw Faults.Create(file, line, text is [.., (byte)'\r']
                    ? "the line ends with CR LF, but SOPS accepts only LF."
                    : "NAME=value is expected, but the line has no '='.");
            }

            var key = text[..equals];
            if (!Utf8.IsValid(key))
            {
                throw Faults.Create(file, line, "the name is not UTF-8.");
            }

            var value = new SopsScalar(new(SopsType.Str, Unescape(text[(equals + 1)..])), line);
            if (key.StartsWith("sops_"u8))
            {
                metadata.Add(Encoding.UTF8.GetString(key[Prefix.Length..]), value);
            }
            else
            {
                map.Add(Encoding.UTF8.GetString(key), value);
            }
        }

        ThrowIfBlankDuplicates(map, file);
        return new([map], metadata.Tree());
    }

    public override byte[] Write(SopsTree tree)
    {
        using var output = new MemoryStream();
        foreach (var entry in tree.Documents[0].Entries)
        {
            Line(entry.Key is { } key ? key + "=" : "#", ((SopsScalar)entry.Node).Value);
        }

        if (tree.Metadata is { } metadata)
        {
            foreach (var (key, value) in FlatMetadata.Lines(metadata))
            {
                Line($"{Prefix}{key}=", value);
            }
        }

        return output.ToArray();

        void Line(string start, SopsValue value)
        {
            output.Write(Encoding.UTF8.GetBytes(start));
            foreach (var part in Printed(value))
            {
                output.Write(part == '\n' ? "\\n"u8 : [part]);
            }

            output.WriteByte((byte)'\n');
        }
    }

    /// <summary>Warnings for lines that a shell or Compose would read differently.</summary>
    /// <param name="plain">A tree of this format.</param>
    public static IEnumerable<string> Surprises(SopsTree plain, string file)
    {
        foreach (var (key, node) in plain.Documents[0].Entries)
        {
            var value = ((SopsScalar)node).Value.Bytes;
            var what = key is null ? null
                : key.StartsWith('\uFEFF') ? "the byte order mark is part of the name"
                : key.Any(char.IsWhiteSpace) ? "blanks and 'export' are part of the name"
                : value is [.., (byte)'\r'] ? "the CR at the line's end is part of the value"
                : value is [(byte)'"', .., (byte)'"'] or [(byte)'\'', .., (byte)'\''] ? "the quotes are part of the value"
                : null;
            if (what is not null)
            {
                yield return $"{file}:{node.Line}: {what} in a SOPS dotenv file. If you did not intend that, correct it with SecretsEdit.";
            }
        }
    }

    /// <summary>Why such a file can't contain the name, or null.</summary>
    public static string? Refusal(string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) ? "names that begin with sops_ are reserved for the file's metadata."
        : key.Length == 0 || key[0] == '#' || key.Contains('=', StringComparison.Ordinal)
            || key.Contains('\n', StringComparison.Ordinal)
                ? "a name in a dotenv file must not contain '=' or a new line, or begin with '#'."
        : null;

    /// <summary>SOPS writes a type other than text only if <c>sops set</c> was given one.</summary>
    private static byte[] Printed(SopsValue value)
    {
        switch (value.Type)
        {
            case SopsType.Bool:
                return Encoding.ASCII.GetBytes(value.Text.ToLowerInvariant());
            case SopsType.Float:
                var text = GoFloat.General(GoFloat.Parse(value.Text)!.Value, 'E');
                return Encoding.ASCII.GetBytes(text.All(c => c == '-' || char.IsAsciiDigit(c)) ? text + ".0" : text);
            default:
                return value.Bytes;
        }
    }

    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var result = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isNewLine = text[i] == '\\' && i + 1 < text.Length && text[i + 1] == 'n';
            result.Add(isNewLine ? (byte)'\n' : text[i]);
            i += isNewLine ? 1 : 0;
        }

        return [.. result];
    }

    /// <summary>
    /// Stricter than SOPS, because the MAC does not cover empty values. An attacker could add an empty duplicate, and a reader that uses
    /// the last value would get the empty one.
    /// </summary>
    private static void ThrowIfBlankDuplicates(SopsMap map, string file)
    {
        foreach (var group in map.Entries.Where(entry => entry.Key is not null).GroupBy(entry => entry.Key!, StringComparer.Ordinal))
        {
            if (group.Count() > 1 && group.FirstOrDefault(entry => ((SopsScalar)entry.Node).Value.Bytes.Length == 0) is { } blank)
            {
                throw Faults.Create(
                    file, blank.Node.Line, $"{Excerpt.Of(group.Key)} has no value here, but occurs on another line too. The MAC does " +
                    $"not cover such a line, so anyone could have added it.");
            }
        }
    }
}
