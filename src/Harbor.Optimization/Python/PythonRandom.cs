using System.Numerics;

namespace Harbor.Optimization.Python;

/// <summary>
/// CPython's <c>random.Random</c>: the Mersenne Twister MT19937 and, bit for bit, the methods that GEPA draws from.
/// </summary>
public sealed class PythonRandom
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] words = new uint[Size];
    private int next = Size;

    /// <summary>Seeds as Python 3 does from an integer: by its absolute value, of any length.</summary>
    public PythonRandom(BigInteger seed)
    {
        var bytes = BigInteger.Abs(seed).ToByteArray(isUnsigned: true);
        var key = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        for (var i = 0; i < bytes.Length; i++)
        {
            key[i / 4] |= (uint)bytes[i] << (8 * (i % 4));
        }

        SeedByArray(key);
    }

    private PythonRandom(uint[] state, int position)
    {
        state.CopyTo(words, 0);
        next = position;
    }

    /// <summary>The 624 words, then the position of the next one, as in Python's <c>getstate()</c>.</summary>
    public uint[] Save() => [.. words, (uint)next];

    /// <exception cref="ArgumentException">Not 625 words, or the position is over 624.</exception>
    public static PythonRandom Load(uint[] state) =>
        state.Length == Size + 1 && state[Size] <= Size
            ? new PythonRandom(state[..Size], (int)state[Size])
            : throw new ArgumentException("The state of the generator is not 624 words and a position.", nameof(state));

    public uint NextWord()
    {
        if (next >= Size)
        {
            Generate();
        }

        var y = words[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    /// <summary><paramref name="count"/> random bits, 1 to 64.</summary>
    public ulong Bits(int count) =>
        count <= 32 ? NextWord() >> (32 - count) : NextWord() | ((ulong)(NextWord() >> (64 - count)) << 32);

    /// <summary>Any number of random bits.</summary>
    public BigInteger WideBits(int count)
    {
        var result = BigInteger.Zero;
        for (var shift = 0; shift < count; shift += 32)
        {
            var left = count - shift;
            result |= new BigInteger(left >= 32 ? NextWord() : NextWord() >> (32 - left)) << shift;
        }

        return result;
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double Random()
    {
        var high = NextWord() >> 5;
        var low = NextWord() >> 6;
        return ((high * 67108864.0) + low) * (1.0 / 9007199254740992.0);
    }

    /// <summary>A whole number in [0, <paramref name="n"/>).</summary>
    public long Below(long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)n);
        ulong drawn;
        do
        {
            drawn = Bits(bits);
        }
        while (drawn >= (ulong)n);
        return (long)drawn;
    }

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)Below((long)high - low + 1);

    public T Choice<T>(IReadOnlyList<T> list) => list[(int)Below(list.Count)];

    public void Shuffle<T>(T[] items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><paramref name="k"/> different members.</summary>
    public T[] Sample<T>(IReadOnlyList<T> list, int k)
    {
        var n = list.Count;
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        var result = new T[k];
        if (n <= PoolLimit(k))
        {
            T[] pool = [.. list];
            for (var i = 0; i < k; i++)
            {
                var j = (int)Below(n - i);
                result[i] = pool[j];
                pool[j] = pool[n - i - 1];
            }

            return result;
        }

        var chosen = new HashSet<int>();
        for (var i = 0; i < k; i++)
        {
            int j;
            do
            {
                j = (int)Below(n);
            }
            while (!chosen.Add(j));
            result[i] = list[j];
        }

        return result;
    }

    /// <summary>One member, each with a chance in proportion to its weight.</summary>
    /// <exception cref="ArgumentException">The weights add up to nothing.</exception>
    public T Choices<T>(IReadOnlyList<T> list, IReadOnlyList<double> weights)
    {
        var sums = new double[weights.Count];
        var total = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            total = i == 0 ? weights[0] : total + weights[i];
            sums[i] = total;
        }

        if (!(total > 0.0) || double.IsInfinity(total))
        {
            throw new ArgumentException(
                $"The weights add up to {PythonText.Of(total)}; a finite number above 0 is needed.", nameof(weights));
        }

        var point = Random() * total;
        var (low, high) = (0, list.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = point < sums[middle] ? (low, middle) : (middle + 1, high);
        }

        return list[low];
    }

    /// <summary>One member, all with the same chance. Not the draw that <see cref="Choice"/> makes.</summary>
    public T Choices<T>(IReadOnlyList<T> list) => list[(int)Math.Floor(Random() * list.Count)];

    private static int PoolLimit(int k)
    {
        var limit = 21;
        if (k > 5)
        {
            // 4 ** ceil(log(3k, 4)), as CPython computes it: in floating point.
            limit += (int)Math.Pow(4, Math.Ceiling(Math.Log(k * 3) / Math.Log(4)));
        }

        return limit;
    }

    private void SeedByArray(uint[] key)
    {
        words[0] = 19650218u;
        for (var n = 1u; n < Size; n++)
        {
            words[n] = (1812433253u * (words[n - 1] ^ (words[n - 1] >> 30))) + n;
        }

        var (i, j) = (1, 0);
        for (var k = Math.Max(Size, key.Length); k > 0; k--)
        {
            words[i] = (words[i] ^ ((words[i - 1] ^ (words[i - 1] >> 30)) * 1664525u)) + key[j] + (uint)j;
            Advance(ref i);
            j = (j + 1) % key.Length;
        }

        for (var k = Size - 1; k > 0; k--)
        {
            words[i] = (words[i] ^ ((words[i - 1] ^ (words[i - 1] >> 30)) * 1566083941u)) - (uint)i;
            Advance(ref i);
        }

        words[0] = 0x80000000u;
    }

    private void Advance(ref int i)
    {
        if (++i >= Size)
        {
            words[0] = words[Size - 1];
            i = 1;
        }
    }

    private void Generate()
    {
        for (var k = 0; k < Size; k++)
        {
            var y = (words[k] & 0x80000000u) | (words[(k + 1) % Size] & 0x7fffffffu);
            words[k] = words[(k + Middle) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0u : 0x9908b0dfu);
        }

        next = 0;
    }
}
