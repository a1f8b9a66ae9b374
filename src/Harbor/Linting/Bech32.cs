using System.Buffers;

namespace Harbor.Linting;

/// <summary>The checksum of BIP 173, by which a real age key is told from one made up for a manual.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet + Alphabet.ToUpperInvariant());
    private static readonly uint[] Generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    public static bool IsDigit(char c) => Digits.Contains(c);

    public static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Digits);

    /// <param name="text">In any case; the last 1 separates the prefix from the data.</param>
    public static bool IsValid(string text)
    {
        text = text.ToLowerInvariant();
        var separator = text.LastIndexOf('1');
        var sum = 1u;
        foreach (var c in text.AsSpan(0, separator))
        {
            sum = Next(sum, (uint)c >> 5);
        }

        sum = Next(sum, 0);
        foreach (var c in text.AsSpan(0, separator))
        {
            sum = Next(sum, (uint)c & 31);
        }

        foreach (var c in text.AsSpan(separator + 1))
        {
            sum = Next(sum, (uint)Alphabet.IndexOf(c));
        }

        return sum == 1;
    }

    private static uint Next(uint sum, uint value)
    {
        var top = sum >> 25;
        sum = (sum & 0x1ffffff) << 5 ^ value;
        for (var bit = 0; bit < 5; bit++)
        {
            sum ^= (top >> bit & 1) == 1 ? Generator[bit] : 0;
        }

        return sum;
    }
}
