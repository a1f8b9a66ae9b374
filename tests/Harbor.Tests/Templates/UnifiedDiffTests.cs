using System.Text;
using FsCheck.Fluent;
using Harbor.Processes;
using Harbor.Templates;

namespace Harbor.Tests.Templates;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Changes_are_shown_with_three_lines_around_and_their_places()
    {
        var before = string.Concat(Enumerable.Range(1, 20).Select(line => $"{line}\n"));

        Assert.Equal("""
            --- f
            +++ f
            @@ -2,7 +2,7 @@
             2
             3
             4
            -5
            +five
             6
             7
             8
            @@ -16,5 +16,6 @@
             16
             17
             18
            +more
             19
             20

            """.ReplaceLineEndings("\n"),
            Of(before, before.Replace("\n5\n", "\nfive\n", StringComparison.Ordinal)
                .Replace("18\n", "18\nmore\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void New_and_removed_files_and_a_missing_last_line_end_read_as_in_diff()
    {
        Assert.Equal("--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a\n\\ No newline at end of file\n", Of(null, "a"));
        Assert.Equal("--- f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n", Of("a\n", null));
    }

    [Fact]
    public void Binary_and_long_files_are_only_named()
    {
        Assert.EndsWith("binary, not shown\n", Of("a", "\0"));
        Assert.EndsWith("too long to show: 1 lines before, 2001 after\n", Of("a\n", string.Concat(Enumerable.Repeat("x\n", 2001))));
    }

    [Fact]
    public void Secrets_of_several_lines_are_masked_before_lines_are_compared_and_old_lines_hidden_where_asked()
    {
        var diff = UnifiedDiff.Create("f", "key old-secret\nsame\n"u8.ToArray(), "key one\ntwo\nsame\n"u8.ToArray(),
            text => text.Replace("one\ntwo", "***", StringComparison.Ordinal), hideBefore: true);

        Assert.Equal($"--- f\n+++ f\n@@ -1,2 +1,2 @@\n-{UnifiedDiff.Hidden}\n+key ***\n same\n", diff);
    }

    [Fact]
    public async Task The_patch_program_makes_the_new_text_of_the_old_one()
    {
        using var folder = new TemporaryFolder();
        var texts = Gen.ListOf(Gen.Elements("a\n", "b\n", "c\n", "d\n")).Select(string.Concat).Two();
        var file = Path.Combine(folder.Path, "f");
        foreach (var (before, after) in texts.Sample(40, 60)
            .Where(pair => pair.Item1 != pair.Item2 && pair.Item1.Length * pair.Item2.Length > 0).Take(25))
        {
            await File.WriteAllTextAsync(file, before, TestContext.Current.CancellationToken);

            var patch = new Command(TestScope.New(), "patch", "--silent", "--strip=0", file) { Input = Of(before, after) };
            await patch.RunAsync(TestContext.Current.CancellationToken);

            Assert.Equal(after, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
    }

    private static string Of(string? before, string? after) =>
        UnifiedDiff.Create("f", before is null ? null : Encoding.UTF8.GetBytes(before), after is null
            ? null : Encoding.UTF8.GetBytes(after), text => text, hideBefore: false);
}
