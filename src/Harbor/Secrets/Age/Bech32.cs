using System.Buffers;
using System.Security.Cryptography;

namespace Harbor.Secrets.Age;

/// <summary>The text form of keys: BIP 173 without its length limit.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;
    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet + Alphabet.ToUpperInvariant());

    /// <summary>Accepts both cases.</summary>
    public static bool IsDigit(char c) => Digits.Contains(c);

    /// <summary>Whether the checksum is right, which distinguishes a real key from an example in a manual.</summary>
    /// <param name="text">In any case, also mixed. Only digits may follow the last 1.</param>
    public static bool IsValid(string text)
    {
        var lower = text.ToLowerInvariant();
        var separator = lower.LastIndexOf('1');
        var groups = new byte[lower.Length - separator - 1];
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = (byte)Alphabet.IndexOf(lower[separator + 1 + i], StringComparison.Ordinal);
        }

        return Polymod(lower[..separator], groups) == 1;
    }

    /// <summary>Returns lower case.</summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> data)
    {
        var count = ((data.Length * 8) + 4) / 5;
        var groups = new byte[count + ChecksumLength];
        for (int i = 0, bits = 0, buffer = 0, at = 0; at < count; at++)
        {
            if (bits < 5)
            {
                buffer = ((buffer & 0x1F) << 8) | (i < data.Length ? data[i++] : 0);
                bits += 8;
            }

            bits -= 5;
            groups[at] = (byte)((buffer >> bits) & 0x1F);
        }

        var checksum = Polymod(prefix, groups) ^ 1;
        for (var i = 0; i < ChecksumLength; i++)
        {
            groups[count + i] = (byte)((checksum >> (5 * (ChecksumLength - 1 - i))) & 0x1F);
        }

        var text = new char[prefix.Length + 1 + groups.Length];
        prefix.CopyTo(text);
        text[prefix.Length] = '1';
        for (var i = 0; i < groups.Length; i++)
        {
            text[prefix.Length + 1 + i] = Alphabet[groups[i]];
        }

        var result = new string(text);
        CryptographicOperations.ZeroMemory(groups);
        Array.Clear(text);
        return result;
    }

    /// <summary>
    /// Fills <paramref name="data"/>. False unless the text is the prefix, exactly that many bytes, and a valid checksum.
    /// </summary>
    /// <param name="text">In the same case as the prefix: age accepts identities only in upper case and recipients only in lower
    /// case.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, string prefix, Span<byte> data)
    {
        var upper = char.IsAsciiLetterUpper(prefix[0]);
        var groups = new byte[(((data.Length * 8) + 4) / 5) + ChecksumLength];
        if (text.Length != prefix.Length + 1 + groups.Length || !text.StartsWith(prefix, StringComparison.Ordinal)
            || text[prefix.Length] != '1')
        {
            return false;
        }

        try
        {
            for (var i = 0; i < groups.Length; i++)
            {
                var letter = text[prefix.Length + 1 + i];
                var group = (upper ? char.IsAsciiLetterLower(letter) : char.IsAsciiLetterUpper(letter))
                    ? -1 : Alphabet.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
                if (group < 0)
                {
                    return false;
                }

                groups[i] = (byte)group;
            }

            // The checksum over data and checksum is 1 if they match.
            return Polymod(prefix.ToLowerInvariant(), groups) == 1 && Unpack(groups.AsSpan(0, groups.Length - ChecksumLength), data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(groups);
        }
    }

    /// <summary>Repacks groups of five bits into bytes. False if the remaining bits are not zero.</summary>
    private static bool Unpack(ReadOnlySpan<byte> groups, Span<byte> data)
    {
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var group in groups)
        {
            buffer = ((buffer << 5) | group) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                data[at++] = (byte)(buffer >> bits);
            }
        }

        return (buffer & ((1 << bits) - 1)) == 0;
    }

    private static uint Polymod(string prefix, ReadOnlySpan<byte> groups)
    {
        var state = 1u;
        foreach (var letter in prefix)
        {
            state = Step(state, letter >> 5);
        }

        state = Step(state, 0);
        foreach (var letter in prefix)
        {
            state = Step(state, letter & 0x1F);
        }

        foreach (var group in groups)
        {
            state = Step(state, group);
        }

        return state;
    }

    private static uint Step(uint state, int value)
    {
        var top = state >> 25;
        state = ((state & 0x1FFFFFF) << 5) ^ (uint)value;
        state ^= (top & 1) * 0x3B6A57B2;
        state ^= ((top >> 1) & 1) * 0x26508E6D;
        state ^= ((top >> 2) & 1) * 0x1EA119FA;
        state ^= ((top >> 3) & 1) * 0x3D4233DD;
        return state ^ (((top >> 4) & 1) * 0x2A1462B3);
    }
}
