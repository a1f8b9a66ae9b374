using Harbor.Environments;

namespace Harbor.Tests.Environments;

public sealed class DotenvEditTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain-1.2/x:y@z")]
    [InlineData("two words")]
    [InlineData(" blanks at both ends ")]
    [InlineData("a$b ${C} $$")]
    [InlineData("say \"hi\"")]
    [InlineData("it's")]
    [InlineData("it's \"both\" $HOME")]
    [InlineData("back\\slash\\")]
    [InlineData("'\\'\\\"")]
    [InlineData("line one\nline two\n")]
    [InlineData("it's\r\nWindows")]
    [InlineData("#no comment # at all")]
    [InlineData("x&y|z/\\1")]
    [InlineData("=")]
    [InlineData("grüße 🚢")]
    public void What_is_set_is_read_back_and_all_other_lines_stay(string value)
    {
        const string Before = "# head\nA=1 # one\nexport KEY='old\nvalue' # kept\n\nB=\"2\"";

        var (changed, line) = DotenvEdit.Set(Before, "f.env", "KEY", value);
        var (added, _) = DotenvEdit.Set(Before, "f.env", "NEW", value);

        Assert.Equal(3, line);
        Assert.Equal(value, Value(changed, "KEY"));
        Assert.StartsWith("# head\nA=1 # one\nexport KEY=", changed, StringComparison.Ordinal);
        Assert.EndsWith(" # kept\n\nB=\"2\"", changed, StringComparison.Ordinal);
        Assert.Equal(value, Value(added, "NEW"));
        Assert.StartsWith(Before + "\nNEW=", added, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_lines_the_last_one_is_changed_and_all_are_removed()
    {
        var (text, line) = DotenvEdit.Set("A=1\nA=2\nB=3\n", "f.env", "A", "4");

        Assert.Equal(("A=1\nA=4\nB=3\n", 2), (text, line));
        var (left, lines) = DotenvEdit.Unset(text, "f.env", "A");
        Assert.Equal("B=3\n", left);
        Assert.Equal([1, 2], lines);
    }

    [Theory]
    [InlineData("\uFEFFA=1\nB=2\n", "\uFEFFA=9\nB=2\n")]
    [InlineData("A\nB=2\n", "A=9\nB=2\n")]
    [InlineData("A=1\r\nB=2\r\n", "A=9\r\nB=2\r\n")]
    [InlineData("A: 1\n", "A=9\n")]
    public void Marks_line_ends_and_names_without_a_value_are_handled(string before, string after) =>
        Assert.Equal(after, DotenvEdit.Set(before, "f.env", "A", "9").Text);

    [Fact]
    public void A_file_that_can_not_be_read_is_left_alone_with_its_line()
    {
        var broken = Assert.Throws<InvalidStackException>(() => DotenvEdit.Set("A='open\n", "f.env", "B", "1"));
        var nul = Assert.Throws<InvalidStackException>(() => DotenvEdit.Set("", "f.env", "B", "a\0b"));

        Assert.StartsWith("f.env:1:3: ", broken.Message, StringComparison.Ordinal);
        Assert.Equal("The value of B holds a NUL character, which no variable can.", nul.Message);
    }

    private static string? Value(string text, string name)
    {
        var parsed = DotenvFile.Parse(text, "f.env");
        Assert.Empty(parsed.Problems);
        var entry = parsed.Entries.Last(entry => entry.Name == name);
        return entry.Quoting == DotenvQuoting.SingleQuoted ? entry.Text
            : Interpolation.Fill(entry.Text!, new Dictionary<string, string>(), "f.env");
    }
}
