namespace Harbor.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("servcies", "services")]
    [InlineData("Service", "services")]
    [InlineData("litelm", "litellm")]
    public void A_mistyped_name_finds_the_one_that_was_meant(string typed, string expected) =>
        Assert.Equal(expected, Nearest.Name(typed, ["profiles", "services", "litellm", "deploy"]));

    [Fact]
    public void A_name_that_resembles_nothing_gets_no_hint() =>
        Assert.Equal("", Nearest.Hint("zebra", ["profiles", "services"]));
}
