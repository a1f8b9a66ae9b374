namespace Harbor.Pipeline.Repository;

/// <summary>The counts of all test projects of this run.</summary>
public sealed class TestTotals
{
    private int _passed;
    private int _failed;
    private int _skipped;

    public bool HasRun { get; private set; }

    public void Add(int passed, int failed, int skipped)
    {
        HasRun = true;
        Interlocked.Add(ref _passed, passed);
        Interlocked.Add(ref _failed, failed);
        Interlocked.Add(ref _skipped, skipped);
    }

    /// <summary>CI reads the last line.</summary>
    public override string ToString() => $"{(_skipped > 0 ? $"{_skipped} skipped\n" : "")}{_passed} passed, {_failed} failed";
}
