using Harbor.Descriptors;
using Harbor.Masking;
using Harbor.Runs;
using Harbor.Yaml;

namespace Harbor.Tests.Journal;

public sealed class ProblemTextTests : IDisposable
{
    private readonly Project _project = new();
    private readonly Redaction _redaction = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void The_line_and_carets_under_the_offending_text_follow_the_message()
    {
        Write("etc/harbor.yaml", "version: 1\nprofiles: { default: { services: none at all } }\nrunner: { network: on }\n");

        Assert.Equal(
            """
            etc/harbor.yaml:2:34: 'services' is the text 'none at all': expected a list.
                profiles: { default: { services: none at all } }
                                                 ^^^^^^^^^^^
            etc/harbor.yaml:3:20: 'network' is the text 'on': expected true or false, without quotes (yes, no, on and off are text).
                runner: { network: on }
                                   ^^
            """.ReplaceLineEndings("\n"),
            Format(DescriptorError()));
    }

    [Theory]
    [InlineData("\uFEFFversion: 1\nnmae: shop\n")] // A byte order mark before the first line.
    [InlineData("version: 1\r\nnmae: shop\r\n")]
    [InlineData("version: 1\nnmae: shop")]
    public void A_byte_order_mark_CRLF_and_a_missing_last_line_end_change_nothing(string text)
    {
        Write("etc/harbor.yaml", text);

        Assert.Contains("\n    nmae: shop\n    ^^^^", Format(DescriptorError()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_does_not_move_the_caret_of_the_first_line()
    {
        Write("etc/harbor.yaml", "\uFEFF{nmae: shop, version: 1}\n");

        Assert.Contains("\n    {nmae: shop, version: 1}\n     ^^^^", Format(DescriptorError()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_override_shows_its_line()
    {
        Write("etc/harbor.yaml", "version: 1\nprofiles: { default: { services: [web] } }\n");
        Write("stacks/web/harbor.yaml", "prepare: { env: { sources: [{ type: sys, fiel: x }] } }\n");

        var text = Format(DescriptorError());

        Assert.StartsWith("stacks/web/harbor.yaml:1:42: Unknown key 'fiel'", text, StringComparison.Ordinal);
        Assert.EndsWith($"\n    {Read("stacks/web/harbor.yaml").TrimEnd()}\n    {new string(' ', 41)}^^^^", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compose_file_shows_its_line()
    {
        Write("etc/stacks/compose.yml", "services:\n  web: { image: [ }\n");

        var text = Format(Assert.Throws<InvalidStackException>(
            () => YamlTree.ReadCompose(Read("etc/stacks/compose.yml"), "etc/stacks/compose.yml")));

        Assert.Contains("\n      web: { image: [ }\n", text, StringComparison.Ordinal);
        Assert.EndsWith("^", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etc/secrets.env")]
    [InlineData(".env.local")]
    [InlineData("etc/app.sops.yaml")]
    [InlineData(".sops.yaml")]
    [InlineData("home/keys.txt")]
    [InlineData("stacks/web/service.env")]
    public void A_file_that_may_contain_secrets_shows_no_line_even_if_a_problem_allows_it(string file)
    {
        Write(file, "PASSWORD=sentinel-5ec7e7\n");

        Assert.Equal($"{file}:1:10: wrong", Format(Problem(file, 1, 10)));
    }

    [Fact]
    public void A_problem_shows_its_line_only_if_it_allows_that()
    {
        Write("etc/values", "PASSWORD=sentinel-5ec7e7\n");

        Assert.Equal("etc/values:1:10: wrong", Format(new InvalidStackException([new Problem("etc/values", 1, 10, "wrong")])));
    }

    [Fact]
    public void A_file_that_vanished_or_became_shorter_shows_no_line()
    {
        Write("etc/short.yaml", "a: 1\n");

        Assert.Equal("etc/gone.yaml:1:1: wrong", Format(Problem("etc/gone.yaml", 1, 1)));
        Assert.Equal("etc/short.yaml:9:1: wrong", Format(Problem("etc/short.yaml", 9, 1)));
    }

    [Fact]
    public void A_known_secret_in_the_line_is_masked_before_the_line_is_cut()
    {
        _redaction.Add("sentinel-5ec7e7");
        Write("etc/x.yaml", $"a: {new string('x', 50)} sentinel-5ec7e7 {new string('y', 100)} here\n");

        var text = Format(Problem("etc/x.yaml", 1, 170));

        Assert.DoesNotContain("sentinel", text, StringComparison.Ordinal);
        Assert.DoesNotContain("5ec7e7", text, StringComparison.Ordinal);
        Assert.Contains("\n    a: ", Format(Problem("etc/x.yaml", 1, 1)), StringComparison.Ordinal);
        Assert.Contains("***", Format(Problem("etc/x.yaml", 1, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_inside_a_secret_of_several_lines_is_not_shown()
    {
        _redaction.Add("-----BEGIN KEY-----\nab=\n-----END KEY-----");
        Write("etc/x.yaml", "-----BEGIN KEY-----\nab=\n-----END KEY-----\n");

        Assert.Equal("etc/x.yaml:2:1: wrong", Format(Problem("etc/x.yaml", 2, 1)));
    }

    [Theory]
    [InlineData("\tname: x", 2, "\tname: x", "\t^")] // A tab stays, so that it has the same width in both lines.
    [InlineData("名前: x", 5, "名前: x", "      ^")]
    [InlineData("名前: x", 2, "名前: x", "  ^^")]
    [InlineData("e\u0301: x", 5, "e\u0301: x", "   ^")] // The accent has no width.
    [InlineData("a\u001b[2J: x", 8, "a\\u001b[2J: x", "            ^")]
    [InlineData("a: \u202ex", 5, "a: \\u202ex", "         ^")]
    [InlineData("a: b", 99, "a: b", "    ^")]
    public void The_caret_stands_under_the_place_whatever_is_before_it(string line, int column, string shown, string caret)
    {
        Write("etc/x.yaml", line + "\n");

        Assert.Equal($"etc/x.yaml:1:{column}: wrong\n    {shown}\n    {caret}", Format(Problem("etc/x.yaml", 1, column)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(1000)]
    public void A_long_line_is_cut_around_the_place(int column)
    {
        Write("etc/x.yaml", string.Concat(Enumerable.Range(0, 1000).Select(i => i % 10)));

        var lines = Format(Problem("etc/x.yaml", 1, column)).Split('\n');

        Assert.InRange(lines[1].Length, 100, 110);
        Assert.Equal((column - 1) % 10, lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)] - '0');
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_project.Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_project.Root, file));

    private static InvalidStackException Problem(string file, int line, int column) =>
        new([new Problem(file, line, column, "wrong") { ShowsLine = true }]);

    private InvalidStackException DescriptorError() =>
        Assert.Throws<InvalidStackException>(() => DescriptorReader.Read(_project.Paths));

    private string Format(InvalidStackException invalid) => ProblemText.Format(invalid, _project.Paths.Root, _redaction);
}
