using System.Collections;

namespace Harbor.Optimization.Python;

/// <summary>
/// A set of whole numbers that iterates in the order of CPython 3.11's <c>set</c>: an open table whose hash is the value itself.
/// Members are never removed.
/// </summary>
public sealed class PythonIntSet : IReadOnlyCollection<int>
{
    private const int Smallest = 8;
    private const int Probes = 9;
    private const int Free = -1;

    private int[] slots;

    public PythonIntSet()
    {
        slots = Empty(Smallest);
    }

    /// <summary>One insertion after the other.</summary>
    public PythonIntSet(IEnumerable<int> members)
        : this()
    {
        foreach (var member in members)
        {
            Add(member);
        }
    }

    private PythonIntSet(int[] slots, int count)
    {
        this.slots = slots;
        Count = count;
    }

    public int Count { get; private set; }

    /// <summary>The table as it lies in memory, -1 for a free slot: what a checkpoint must keep for the order to live on.</summary>
    public ReadOnlySpan<int> Table => slots;

    public static PythonIntSet FromTable(int[] table) => new(table, table.Count(slot => slot != Free));

    public bool Contains(int value) => slots[Slot(slots, value)] == value;

    public bool Add(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var slot = Slot(slots, value);
        if (slots[slot] == value)
        {
            return false;
        }

        slots[slot] = value;
        Count++;
        if (Count * 5 >= (slots.Length - 1) * 3)
        {
            Resize(Count > 50_000 ? Count * 2 : Count * 4);
        }

        return true;
    }

    /// <summary>What Python's <c>set(other)</c> and <c>other.copy()</c> give: not always the order of the original.</summary>
    public PythonIntSet Copy()
    {
        var size = Count * 5 >= (Smallest - 1) * 3 ? SizeFor(Count * 2) : Smallest;
        return size == slots.Length ? new PythonIntSet([.. slots], Count) : new PythonIntSet(Reinserted(size), Count);
    }

    /// <summary>Python's <c>this &amp; other</c>.</summary>
    public PythonIntSet Intersect(PythonIntSet other)
    {
        var (walked, asked) = other.Count > Count ? (this, other) : (other, this);
        var result = new PythonIntSet();
        foreach (var value in walked.slots)
        {
            if (value != Free && asked.Contains(value))
            {
                result.Add(value);
            }
        }

        return result;
    }

    public IEnumerator<int> GetEnumerator()
    {
        foreach (var slot in slots)
        {
            if (slot != Free)
            {
                yield return slot;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int[] Empty(int size)
    {
        var table = new int[size];
        Array.Fill(table, Free);
        return table;
    }

    private static int SizeFor(int minimum)
    {
        var size = Smallest;
        while (size <= minimum)
        {
            size <<= 1;
        }

        return size;
    }

    /// <summary>Where the value is, or else the free slot that it would take.</summary>
    private static int Slot(int[] table, int value)
    {
        var mask = table.Length - 1;
        var perturb = (ulong)value;
        var i = value & mask;
        while (true)
        {
            var last = i + Probes <= mask ? i + Probes : i;
            for (var slot = i; slot <= last; slot++)
            {
                if (table[slot] == Free || table[slot] == value)
                {
                    return slot;
                }
            }

            perturb >>= 5;
            i = (int)((((ulong)i * 5) + 1 + perturb) & (ulong)mask);
        }
    }

    private void Resize(int minimum) => slots = Reinserted(SizeFor(minimum));

    private int[] Reinserted(int size)
    {
        var table = Empty(size);
        foreach (var value in slots)
        {
            if (value != Free)
            {
                table[Slot(table, value)] = value;
            }
        }

        return table;
    }
}
