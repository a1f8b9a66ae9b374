using System.Globalization;
using System.Text;

namespace Harbor.Deployments;

/// <summary>
/// Headers of a ustar archive, with a pax header before them where a name or link does not fit. Nothing in them depends on the machine, the
/// time or the process (the framework's own writer puts its process id into pax headers).
/// </summary>
internal static class TarHeader
{
    public const int Block = 512;
    public const char File = '0';
    public const char Link = '2';
    public const int Mode = 0x1A4; // 0644
    public const int ExecutableMode = 0x1ED; // 0755

    private const char Pax = 'x';
    private const int NameSize = 100;
    private const int PrefixSize = 155;

    /// <summary>The header of one entry, with its pax header: a multiple of 512 bytes. The content, padded, follows it.</summary>
    /// <param name="size">Bytes of the content; 0 for a link.</param>
    public static byte[] For(string name, char type, int mode, long size, string? target = null)
    {
        var records = new StringBuilder();
        var fits = Split(name);
        if (fits is null)
        {
            Record(records, "path", name);
        }

        var targetFits = target is null || Fits(target);
        if (!targetFits)
        {
            Record(records, "linkpath", target!);
        }

        var (prefix, rest) = fits ?? ("", Shortened(name));
        var main = Header(prefix, rest, type, mode, size, targetFits ? target ?? "" : Shortened(target!));
        if (records.Length == 0)
        {
            return main;
        }

        var body = Encoding.UTF8.GetBytes(records.ToString());
        var header = Header("", Shortened($"PaxHeaders/{name}"), Pax, Mode, body.Length, "");
        return [.. header, .. body, .. new byte[Padding(body.Length)], .. main];
    }

    /// <summary>Zeros from the end of a content to the next block.</summary>
    public static int Padding(long size) => (int)((Block - (size % Block)) % Block);

    private static byte[] Header(string prefix, string name, char type, int mode, long size, string target)
    {
        var header = new byte[Block];
        Put(header, 0, name);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 0);
        Octal(header, 116, 8, 0);
        Octal(header, 124, 12, size);
        Octal(header, 136, 12, 0);
        Put(header, 148, "        ");
        header[156] = (byte)type;
        Put(header, 157, target);
        Put(header, 257, "ustar\0" + "00");
        Octal(header, 329, 8, 0);
        Octal(header, 337, 8, 0);
        Put(header, 345, prefix);
        var sum = header.Sum(octet => octet);
        Put(header, 148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    private static bool Fits(string text) => text.Length <= NameSize && Ascii.IsValid(text);

    /// <summary>Name and prefix as ustar has them; null if they need pax.</summary>
    private static (string Prefix, string Name)? Split(string name)
    {
        if (Fits(name))
        {
            return ("", name);
        }

        if (!Ascii.IsValid(name) || name.Length > PrefixSize + 1 + NameSize)
        {
            return null;
        }

        var slash = name.IndexOf('/', name.Length - NameSize - 1);
        return slash is > 0 and <= PrefixSize && slash < name.Length - 1 ? (name[..slash], name[(slash + 1)..]) : null;
    }

    /// <summary>What a reader without pax gets to see.</summary>
    private static string Shortened(string text)
    {
        var ascii = string.Concat(text.Select(c => char.IsAscii(c) ? c : '_'));
        return ascii[..Math.Min(ascii.Length, NameSize)];
    }

    /// <summary><c>LENGTH KEY=VALUE\n</c>, where the length counts itself.</summary>
    private static void Record(StringBuilder records, string key, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value) + key.Length + 3;
        var total = length + Digits(length);
        total = length + Digits(total);
        records.Append(CultureInfo.InvariantCulture, $"{total} {key}={value}\n");
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static void Octal(byte[] header, int at, int width, long number) =>
        Put(header, at, Convert.ToString(number, 8).PadLeft(width - 1, '0'));

    private static void Put(byte[] header, int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
}
