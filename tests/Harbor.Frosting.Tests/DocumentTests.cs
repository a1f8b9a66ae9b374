using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class DocumentTests
{
    private readonly TestHost _test = new();

    [Fact]
    public void A_document_is_printed_at_the_end_with_its_values_filtered_and_its_names_kept()
    {
        _test.Host.AddTask<Tells>().UseOutput(() => new OutputOptions { Filter = Sample.SampleSecrets.Masked });

        Assert.Equal(0, _test.Run("--target=Tells"));

        Assert.EndsWith("""
            {
              "hunter2": [
                "*** \u0022***\u0022 \u00FC",
                1.50,
                null
              ]
            }

            """.ReplaceLineEndings("\n"), _test.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_run_that_fails_only_what_was_meant_for_that_is_printed()
    {
        _test.Host.AddTask<TellsAndFails>();

        Assert.Equal(1, _test.Run("--target=TellsAndFails"));

        Assert.Contains("findings", _test.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("result", _test.Output, StringComparison.Ordinal);
    }

    private sealed class Tells : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.WriteDocument("""{"hunter2":["hunter2 \"hunter2\" ü",1.50,null]}""");
    }

    private sealed class TellsAndFails : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context)
        {
            context.WriteDocument("[\"findings\"]", evenIfFailed: true);
            context.WriteDocument("[\"result\"]");
            throw new InvalidOperationException("boom");
        }
    }
}
