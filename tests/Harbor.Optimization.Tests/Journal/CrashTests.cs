using FsCheck;
using FsCheck.Fluent;
using Harbor.Optimization.Doubles;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Journal;

public sealed class CrashTests
{
    [Fact]
    public void A_run_that_crashes_in_any_write_and_goes_on_is_the_run_that_never_stopped() => CheckCases(30);

    [Fact]
    [Trait("Exhaustive", "true")]
    public void A_run_that_crashes_in_any_write_and_goes_on_is_the_run_that_never_stopped_many_times() => CheckCases(200);

    private static void CheckCases(int cases)
    {
        var crash = Gen.Two(Gen.Choose(0, 100)).Select(pair => (Writes: pair.Item1 * pair.Item1 / 20, Part: pair.Item2));
        var runs = Gen.Elements("000", "027", "038", "047", "101", "103", "105", "111", "113", "117");
        var property = Prop.ForAll(Arb.From(Gen.Zip(runs, Gen.NonEmptyListOf(crash))), given =>
        {
            var (name, crashes) = given;
            var memory = new MemoryJournal();
            foreach (var (writes, part) in crashes)
            {
                try
                {
                    ReplayTests.PlayAsync(name, new CrashingJournal(memory, writes, part), null).GetAwaiter().GetResult();
                }
                catch (JournalException)
                {
                    // As a process that was killed: only what is in the memory is left.
                }
            }

            var (isFinished, output) = ReplayTests.PlayAsync(name, memory, null).GetAwaiter().GetResult();
            ReplayTests.Equal(name, output);
            return isFinished;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases), property);
    }
}
