using Harbor.Compose;

namespace Harbor.Tests.Selection;

public sealed class MergedComposeTests : IDisposable
{
    private readonly StackFolder _stack = new StackFolder("=== etc/stacks/compose.a.yml\nservices:\n  a:\n    image: a\n")
        .WithFiles(MergedCompose.Threshold);

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void A_short_list_is_given_as_it_is() =>
        Assert.Equal(_stack.Files.Skip(1), MergedCompose.Reduce(_stack.State, [.. _stack.Files.Skip(1)]));

    [Fact]
    public void A_long_list_becomes_one_file_of_as_many_documents_as_the_busiest_service_has_files()
    {
        _stack.Write("etc/stacks/compose.b.yml", "services:\n  a:\n    image: b\n  b:\n    image: b\n");
        _stack.Write("etc/stacks/compose.c.yml", "services:\n  a:\n    image: c\n");

        var merged = File.ReadAllText(Assert.Single(MergedCompose.Reduce(_stack.State, _stack.WithFiles(0).Files)));

        Assert.StartsWith(
            """
            # Made by Harbor from the selected compose files; changes here are lost.
            ---
            services:
              a:
                image: a
            ---
            services:
              a:
                image: b
            ---
            services:
              a:
                image: c
              b:
                image: b
              z1:
            """,
            merged,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_merged_file_is_made_once_and_again_when_a_byte_changes()
    {
        var first = Assert.Single(MergedCompose.Reduce(_stack.State, _stack.Files));
        File.WriteAllText(first, "made before");

        Assert.Equal([first], MergedCompose.Reduce(_stack.State, _stack.Files));
        Assert.Equal("made before", File.ReadAllText(first));

        File.AppendAllText(_stack.Files[0], "\n");

        Assert.NotEqual([first], MergedCompose.Reduce(_stack.State, _stack.Files));
        Assert.NotEqual([first], MergedCompose.Reduce(_stack.State, [.. _stack.Files.Reverse()]));
    }

    [Fact]
    public void Only_the_owner_reads_it_and_only_the_last_ten_are_kept()
    {
        for (var i = 0; i < 15; i++)
        {
            File.AppendAllText(_stack.Files[0], "\n");
            var merged = Assert.Single(MergedCompose.Reduce(_stack.State, _stack.Files));
            Assert.True(File.Exists(merged));
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(merged) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.Equal(10, Directory.GetFiles(Path.Combine(_stack.State, "merged")).Length);
    }

    [Fact]
    public void A_byte_order_mark_is_left_out()
    {
        File.WriteAllText(_stack.Files[0], "\uFEFF" + File.ReadAllText(_stack.Files[0]));

        Assert.DoesNotContain('\uFEFF', File.ReadAllText(Assert.Single(MergedCompose.Reduce(_stack.State, _stack.Files))));
    }

    [Theory]
    [InlineData("# Only a comment.\n---\nservices: {}")] // Compose refuses it.
    [InlineData("services: [")]
    [InlineData("services: {a: *nowhere}")]
    [InlineData("a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, " +
        "*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, " +
        "*e, *e, *e, *e, *e, *e, *e, *e]")]
    public void What_does_not_read_as_yaml_is_left_to_compose(string text)
    {
        File.WriteAllText(_stack.Files[0], text);

        Assert.Equal(_stack.Files, MergedCompose.Reduce(_stack.State, _stack.Files));
    }
}
