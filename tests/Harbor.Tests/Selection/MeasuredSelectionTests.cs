using FsCheck.Fluent;
using Harbor.Selection;

namespace Harbor.Tests.Selection;

public sealed class MeasuredSelectionTests
{
    [Fact]
    public void Every_measured_case_gives_the_same_files_in_the_same_order()
    {
        var cases = MeasuredSelections.Cases().ToList();

        var wrong = cases.Where(test => !Files(test.Tree, test.Options).SequenceEqual(test.Files)).Select(test => test.Id);

        Assert.Equal(576, cases.Count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_order_and_repeats_of_words_names_and_lists_never_matter()
    {
        var cases = MeasuredSelections.Cases().ToArray();
        var property =
            from test in Gen.Elements(cases)
            from words in Gen.Shuffle(test.Options.Concat(test.Options))
            from names in Gen.Shuffle(MeasuredSelections.Names(test.Tree))
            from cut in Gen.Choose(0, words.Length)
            select (test, words, names, cut);

        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(property.ToArbitrary(), sample =>
        {
            var request = new SelectionRequest { Options = sample.words[..sample.cut], Capabilities = sample.words[sample.cut..] };
            var selection =
                ComposeSelection.Select(ComposeFolder.FromNames(sample.names), MeasuredSelections.Rules(sample.test.Tree), request);
            return selection.Files.SequenceEqual(sample.test.Files);
        }));
    }

    private static IReadOnlyList<string> Files(string tree, string[] options) =>
        ComposeSelection.Select(
            MeasuredSelections.Folder(tree), MeasuredSelections.Rules(tree), new SelectionRequest { Options = options }).Files;
}
