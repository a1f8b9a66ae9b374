using System.Text;

namespace Harbor.Pipeline.Repository;

/// <summary>The results of all test projects of this run.</summary>
public sealed class TestTotals
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private int _passed;
    private int _failed;
    private int _skipped;

    public bool HasRun { get; private set; }

    internal void Add(string project, TestResults results)
    {
        lock (_lock)
        {
            HasRun = true;
            _passed += results.Passed;
            _failed += results.Failed.Count;
            _skipped += results.Skipped;
            foreach (var test in results.Failed)
            {
                _text.Append($"FAILED {project}: {test.Name}\n{Indented(test.Message)}");
            }
        }
    }

    /// <summary>Names tests that passed only when they ran by themselves.</summary>
    internal void AddLate(string project, IReadOnlyList<FailedTest> tests)
    {
        lock (_lock)
        {
            foreach (var test in tests)
            {
                _text.Append($"Passed at the second try, by itself: {project}: {test.Name}\n{Indented(test.Message)}");
            }
        }
    }

    /// <summary>CI reads the last line.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return $"{_text}{(_skipped > 0 ? $"{_skipped} skipped\n" : "")}{_passed} passed, {_failed} failed";
        }
    }

    private static string Indented(string message) => string.Concat(message.Split('\n').Select(line => $"    {line}\n"));
}
