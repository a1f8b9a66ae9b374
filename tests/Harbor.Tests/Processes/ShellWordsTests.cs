using Harbor.Processes;

namespace Harbor.Tests.Processes;

public sealed class ShellWordsTests
{
    public static TheoryData<string> Lines { get; } =
    [
        "vi", "code --wait", "sed -i \"s/a/b c/\"", "'/opt/my tools/ed' -w", "emacsclient -a \"\"", "a\\ b c",
        "\"a\\\"b\" 'c\"d'", "x''y \"z\"w",
        "\"a\\nb\"", "  two   blanks  ", "'a\\b'", "\"\"",
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Words_are_those_that_a_shell_makes(string line)
    {
        var shell = await new Command(TestScope.New(), "sh", "-c", $"for word in {line}; do printf '%s\\n' \"[$word]\"; done")
            .RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(shell.Output.TrimEnd('\n'), string.Join('\n', ShellWords.Split(line)!.Select(word => $"[{word}]")));
    }

    [Theory]
    [InlineData("sed \"x")]
    [InlineData("'/opt/my")]
    [InlineData("\"a\\\"")]
    public void A_quote_that_is_not_closed_is_no_command(string line) => Assert.Null(ShellWords.Split(line));
}
