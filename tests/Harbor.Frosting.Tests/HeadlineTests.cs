namespace Harbor.Frosting.Tests;

public sealed class HeadlineTests
{
    [Theory]
    [InlineData("It failed.", "It failed.")]
    [InlineData("\n  It failed.\r\nAnd more.", "It failed.")]
    [InlineData("Compose refuses the compose files:\n  web.yml: no image\nmore", "Compose refuses the compose files: web.yml: no image")]
    [InlineData("Nothing follows:", "Nothing follows:")]
    public void The_reason_in_a_table_is_a_whole_sentence(string message, string headline) =>
        Assert.Equal(headline, Headline.Of(message));
}
