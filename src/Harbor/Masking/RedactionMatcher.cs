using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harbor.Masking;

/// <summary>
/// Finds any of many strings in one pass, however many there are. Each is at least <see cref="PrefixLength"/> characters long, and its
/// first four fit into one 64-bit word. A bit table tells for nearly every position that no string begins there; the sorted list is
/// searched only for the rest.
/// </summary>
internal sealed class RedactionMatcher
{
    public const int PrefixLength = 4;

    public static readonly RedactionMatcher Nothing = new([]);

    private readonly string[] _forms;

    /// <summary>For each form, the longest other form that it begins with; -1 where there is none.</summary>
    private readonly int[] _beginsWith;

    private readonly ulong[] _filter;
    private readonly int _shift;

    public RedactionMatcher(HashSet<string> forms)
    {
        _forms = new string[forms.Count];
        forms.CopyTo(_forms);
        Array.Sort(_forms, StringComparer.Ordinal);
        _beginsWith = new int[_forms.Length];
        var words = Math.Max(64, BitOperations.RoundUpToPowerOf2((uint)_forms.Length / 2));
        _filter = new ulong[words];
        _shift = 64 - BitOperations.Log2(words);
        for (var i = 0; i < _forms.Length; i++)
        {
            var form = _forms[i];
            var hash = Hash(ref MemoryMarshal.GetReference(form.AsSpan()));
            _filter[hash >> _shift] |= Bits(hash);
            var shorter = i - 1;
            while (shorter >= 0 && !form.StartsWith(_forms[shorter], StringComparison.Ordinal))
            {
                shorter = _beginsWith[shorter];
            }

            _beginsWith[i] = shorter;
            Longest = Math.Max(Longest, form.Length);
        }
    }

    public int Longest { get; }

    /// <summary>
    /// The first match at or after <paramref name="from"/>, the longest where several begin there; -1 where there is none.
    /// </summary>
    public int Next(ReadOnlySpan<char> text, int from, out int length)
    {
        length = 0;
        if (Longest == 0)
        {
            return -1;
        }

        // Nearly all time of masking goes by here: no check of a range, and nothing is read from this object.
        ref var first = ref MemoryMarshal.GetReference(text);
        var (filter, shift, last) = (_filter, _shift, text.Length - PrefixLength);
        for (var i = from; i <= last; i++)
        {
            var hash = Hash(ref Unsafe.Add(ref first, i));
            var bits = Bits(hash);
            if ((filter[hash >> shift] & bits) == bits && (length = LengthAt(text[i..])) > 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The first position from which the rest of the text is the beginning of a longer form; the text's length where there is none.
    /// </summary>
    public int Unfinished(ReadOnlySpan<char> text)
    {
        var start = Math.Max(0, text.Length - Math.Max(0, Longest - 1));
        while (start < text.Length && !BeginsAForm(text[start..]))
        {
            start++;
        }

        return start;
    }

    private bool BeginsAForm(ReadOnlySpan<char> text)
    {
        if (text.Length >= PrefixLength && !MayBegin(ref MemoryMarshal.GetReference(text)))
        {
            return false;
        }

        var after = FirstAfter(text);
        return after < _forms.Length && _forms[after].AsSpan().StartsWith(text);
    }

    /// <summary>If the text begins with a form, the last form that sorts before the text is that form or begins with it too.</summary>
    private int LengthAt(ReadOnlySpan<char> text)
    {
        var form = FirstAfter(text) - 1;
        while (form >= 0 && !text.StartsWith(_forms[form]))
        {
            form = _beginsWith[form];
        }

        return form < 0 ? 0 : _forms[form].Length;
    }

    private int FirstAfter(ReadOnlySpan<char> text)
    {
        var (low, high) = (0, _forms.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_forms[middle].AsSpan().SequenceCompareTo(text) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private bool MayBegin(ref char text)
    {
        var hash = Hash(ref text);
        var bits = Bits(hash);
        return (_filter[hash >> _shift] & bits) == bits;
    }

    /// <summary>Of four letters.</summary>
    private static ulong Hash(ref char text) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref text)) * 0x9E3779B97F4A7C15;

    /// <summary>A Bloom filter with two bits in one word: it reads memory once, and one position in a thousand passes wrongly.</summary>
    private static ulong Bits(ulong hash) => 1UL << (int)(hash >> 20) | 1UL << (int)(hash >> 30);
}
