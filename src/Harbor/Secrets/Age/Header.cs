using System.Security.Cryptography;
using System.Text;

namespace Harbor.Secrets.Age;

/// <summary>The header of an age file: the stanzas, and a MAC over them with the file key.</summary>
internal sealed class Header
{
    public const int MaximumStanzas = 64;

    private const int MaximumLength = 64 * 1024;
    private const int MacSize = 32;

    private readonly byte[] _signed;
    private readonly byte[] _mac;

    private Header(byte[] signed, byte[] mac, int length, IReadOnlyList<Stanza> stanzas)
    {
        (_signed, _mac, Length, Stanzas) = (signed, mac, length, stanzas);
    }

    /// <summary>Number of bytes before the content.</summary>
    public int Length { get; }

    public IReadOnlyList<Stanza> Stanzas { get; }

    private static ReadOnlySpan<byte> Version => "age-encryption.org/v1"u8;

    private static ReadOnlySpan<byte> StanzaStart => "-> "u8;

    private static ReadOnlySpan<byte> End => "---"u8;

    /// <summary>Whether the file may be binary. An empty file counts as a truncated binary file.</summary>
    public static bool IsAtStartOf(ReadOnlySpan<byte> file) => file.IsEmpty || file.StartsWith("age-encryption.org/"u8);

    /// <exception cref="AgeException"><see cref="AgeFault.Header"/></exception>
    public static Header Parse(ReadOnlySpan<byte> file)
    {
        var text = file[..Math.Min(file.Length, MaximumLength)];
        var at = 0;
        if (!Line(text, ref at).SequenceEqual(Version))
        {
            throw Broken("the version is not v1");
        }

        var stanzas = new List<Stanza>();
        var passphrase = false;
        while (true)
        {
            var start = at;
            var line = Line(text, ref at);
            if (line.StartsWith(StanzaStart))
            {
                var stanza = ParseStanza(line[StanzaStart.Length..], text, ref at);
                passphrase |= stanza.Kind == "scrypt";
                stanzas.Add(stanza);
                if (stanzas.Count > (passphrase ? 1 : MaximumStanzas))
                {
                    throw Broken(
                        passphrase ? "it has a passphrase and another recipient" : $"it has more than {MaximumStanzas} recipients");
                }
            }
            else
            {
                Span<byte> mac = stackalloc byte[CanonicalBase64.LineBytes];
                return stanzas.Count > 0 && line.StartsWith(End) && line[End.Length..] is [(byte)' ', .. var code]
                    && CanonicalBase64.Decode(code, padded: false, mac) == MacSize
                    ? new Header(text[..(start + End.Length)].ToArray(), mac[..MacSize].ToArray(), at, stanzas)
                    : throw Broken("a line is neither a recipient nor the end");
            }
        }
    }

    public static byte[] Write(IReadOnlyList<Stanza> stanzas, ReadOnlySpan<byte> fileKey)
    {
        using var header = new MemoryStream();
        Span<byte> code = stackalloc byte[CanonicalBase64.Columns];
        header.Write(Version);
        foreach (var stanza in stanzas)
        {
            header.Write("\n"u8);
            header.Write(StanzaStart);
            header.Write(Encoding.ASCII.GetBytes(string.Join(' ', [stanza.Kind, .. stanza.Arguments])));

            // The last line must be shorter than 64 columns, so it may be empty.
            for (var i = 0; i <= stanza.Body.Length; i += CanonicalBase64.LineBytes)
            {
                var bytes = stanza.Body.AsSpan(i, Math.Min(CanonicalBase64.LineBytes, stanza.Body.Length - i));
                header.Write("\n"u8);
                header.Write(code[..CanonicalBase64.Encode(bytes, padded: false, code)]);
            }
        }

        header.Write("\n"u8);
        header.Write(End);
        var mac = Mac(header.ToArray(), fileKey);
        header.Write(" "u8);
        header.Write(code[..CanonicalBase64.Encode(mac, padded: false, code)]);
        header.Write("\n"u8);
        return header.ToArray();
    }

    public bool IsSignedBy(ReadOnlySpan<byte> fileKey) => CryptographicOperations.FixedTimeEquals(Mac(_signed, fileKey), _mac);

    public static AgeException Broken(string why) => new($"The header of the age file is damaged: {why}.", AgeFault.Header);

    private static byte[] Mac(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> fileKey)
    {
        Span<byte> key = stackalloc byte[MacSize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, key, salt: [], "header"u8);
        var mac = HMACSHA256.HashData(key, signed);
        CryptographicOperations.ZeroMemory(key);
        return mac;
    }

    private static Stanza ParseStanza(ReadOnlySpan<byte> words, ReadOnlySpan<byte> text, ref int at)
    {
        var arguments = Encoding.Latin1.GetString(words).Split(' ');
        foreach (var argument in arguments)
        {
            if (argument.Length == 0 || argument.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                throw Broken("a recipient's arguments are not words of printable ASCII separated by one blank");
            }
        }

        var body = new List<byte>();
        Span<byte> bytes = stackalloc byte[CanonicalBase64.LineBytes];
        int count;
        do
        {
            count = CanonicalBase64.Decode(Line(text, ref at), padded: false, bytes);
            if (count < 0)
            {
                throw Broken("a line is not Base64 of at most 64 columns");
            }

            body.AddRange(bytes[..count]);
        }
        while (count == CanonicalBase64.LineBytes);

        return new Stanza(arguments[0], arguments[1..], [.. body]);
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        var length = text[start..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Broken($"it does not end within {MaximumLength / 1024} KiB");
        }

        at = start + length + 1;
        return text.Slice(start, length);
    }
}
