using Harbor.Server.Pages;

namespace Harbor.Server.Tests.Pages;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;a title\u0007text", "text")]
    [InlineData("\u001b]8;;https://x.example\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001b[2J\u001b[Hcleared", "cleared")]
    [InlineData("\u001bPq#0\u001b\\after", "after")]
    [InlineData("10 %\r20 %\r\nend", "10 %\n20 %\nend")]
    [InlineData("a\0b\bc\u007f", "a\u2400b\u2408c\u2421")]
    [InlineData("\u202egnp.exe", "<U+202E>gnp.exe")]
    [InlineData("\u009b31mred", "<U+009B>31mred")]
    [InlineData("\u001b", "\u241b")]
    [InlineData("\u001b[31", "\u241b[31")]
    [InlineData("tab\tand 👩‍💻 stay", "tab\tand 👩‍💻 stay")]
    public void What_steers_a_terminal_goes_and_what_steers_the_eye_is_shown(string written, string shown) =>
        Assert.Equal(shown, PlainText.Of(written));
}
