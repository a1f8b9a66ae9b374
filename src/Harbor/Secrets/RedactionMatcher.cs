using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Harbor.Secrets;

/// <summary>
/// Finds any of many strings in one pass, whatever their number. Each is at least <see cref="PrefixLength"/> characters long, so
/// its first four fit one 64-bit word: a bit table answers "does any begin so?" for nearly every position, and only
/// then are the lengths that exist for this beginning looked up.
/// </summary>
internal sealed class RedactionMatcher
{
    public const int PrefixLength = 4;

    public static readonly RedactionMatcher Nothing = new([]);

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _forms;
    private readonly Dictionary<ulong, int[]> _lengths = [];
    private readonly ulong[] _filter;
    private readonly int _shift;
    private string[]? _sorted;

    public RedactionMatcher(HashSet<string> forms)
    {
        _forms = forms.GetAlternateLookup<ReadOnlySpan<char>>();
        var bits = Math.Max(12, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)forms.Count * 32)));
        _filter = new ulong[1 << (bits - 6)];
        _shift = 64 - bits;
        foreach (var form in forms)
        {
            var prefix = Prefix(MemoryMarshal.AsBytes(form.AsSpan()));
            var hash = Hash(prefix);
            _filter[hash >> 6] |= 1UL << (int)(hash & 63);
            var known = _lengths.GetValueOrDefault(prefix, []);
            if (!known.Contains(form.Length))
            {
                _lengths[prefix] = [.. known.Append(form.Length).OrderDescending()];
            }

            Longest = Math.Max(Longest, form.Length);
        }
    }

    public int Longest { get; }

    /// <summary>The first match at or behind <paramref name="from"/>, the longest where several begin there; -1 where there is none.</summary>
    public int Next(ReadOnlySpan<char> text, int from, out int length)
    {
        length = 0;
        if (Longest == 0)
        {
            return -1;
        }

        var bytes = MemoryMarshal.AsBytes(text);
        for (var i = from; i <= text.Length - PrefixLength; i++)
        {
            var prefix = Prefix(bytes[(2 * i)..]);
            if (MayBegin(prefix) && (length = LengthAt(text[i..], prefix)) > 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where the run of overlapping matches ends that begins with this one, and the first match behind it.</summary>
    public int EndOfOverlap(ReadOnlySpan<char> text, int start, int length, out int next, out int nextLength)
    {
        var end = start + length;
        next = start;
        while ((next = Next(text, next + 1, out nextLength)) >= 0 && next < end)
        {
            end = Math.Max(end, next + nextLength);
        }

        return end;
    }

    /// <summary>The length of the part behind which no match begins or ends that more text could make or extend.</summary>
    public int Complete(ReadOnlySpan<char> text)
    {
        var complete = Math.Max(0, text.Length - Longest + 1);
        while (complete < text.Length && !BeginsAForm(text[complete..]))
        {
            complete++;
        }

        var start = Next(text, 0, out var length);
        while (start >= 0 && start < complete)
        {
            var end = EndOfOverlap(text, start, length, out var next, out length);
            if (end > complete)
            {
                return start;
            }

            start = next;
        }

        return complete;
    }

    private bool BeginsAForm(ReadOnlySpan<char> text)
    {
        if (text.Length >= PrefixLength && !MayBegin(Prefix(MemoryMarshal.AsBytes(text))))
        {
            return false;
        }

        _sorted ??= [.. _forms.Set.Order(StringComparer.Ordinal)];
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sorted[middle].AsSpan().SequenceCompareTo(text) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low < _sorted.Length && _sorted[low].AsSpan().StartsWith(text);
    }

    private int LengthAt(ReadOnlySpan<char> text, ulong prefix)
    {
        if (_lengths.TryGetValue(prefix, out var lengths))
        {
            foreach (var length in lengths)
            {
                if (length <= text.Length && _forms.Contains(text[..length]))
                {
                    return length;
                }
            }
        }

        return 0;
    }

    private bool MayBegin(ulong prefix)
    {
        var hash = Hash(prefix);
        return (_filter[hash >> 6] >> (int)(hash & 63) & 1) != 0;
    }

    private ulong Hash(ulong prefix) => prefix * 0x9E3779B97F4A7C15 >> _shift;

    private static ulong Prefix(ReadOnlySpan<byte> text) => BinaryPrimitives.ReadUInt64LittleEndian(text);
}
