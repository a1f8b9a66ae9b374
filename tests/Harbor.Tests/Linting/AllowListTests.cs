using Harbor.Linting;

namespace Harbor.Tests.Linting;

public sealed class AllowListTests
{
    private static readonly Finding Key = new("docs/a b.md", 3, AgeKeys.PrivateKey, IsError: true, "0123abcd", "a key");
    private static readonly Finding Other = new("x.env", 1, PlaintextSecrets.PlaintextSecret, IsError: false, "99999999", "a value");

    [Fact]
    public void A_finding_is_allowed_by_path_and_fingerprint_or_rule()
    {
        Assert.Empty(Apply("# why\n\n\"docs/a b.md\" 0123abcd the key of a manual\nx.env plaintext-secret for tests\n"));
        Assert.Equal([Key, Other], Apply("# nothing\n"));
    }

    [Fact]
    public void The_line_that_is_offered_for_a_finding_allows_it()
    {
        foreach (var path in (string[])["a.env", "a b", "a\"b\\c", "line\nbreak", "#x", "-rf"])
        {
            var finding = Key with { File = path };
            Assert.Empty(AllowList.Read(file => file == AllowList.File ? $"{AllowList.LineFor(finding)} a reason" : null)
                .Apply([finding], isAll: true));
        }
    }

    [Theory]
    [InlineData("docs/* 0123abcd r\nx.env 99999999 r")]
    [InlineData("\"docs/a b.md\" 0123abc r\nx.env 99999999 r")]
    [InlineData("\"docs/A b.md\" 0123abcd r\nx.env 99999999 r")]
    [InlineData("\"docs/a b.md\" 99999999 r\nx.env 99999999 r")]
    public void Paths_and_fingerprints_are_exact(string text) => Assert.Contains(Key, Apply(text));

    [Fact]
    public void A_line_that_allows_nothing_is_reported() =>
        Assert.Equal(
            ["warning unused-allow 2"], Planted.Describe(Apply("\"docs/a b.md\" 0123abcd r\ngone.env 11111111 r\nx.env 99999999 r")));

    [Theory]
    [InlineData("x.env")]
    [InlineData("x.env 99999999")]
    [InlineData("\"x.env 99999999 r")]
    public void A_line_without_a_reason_is_an_error_and_allows_nothing(string text)
    {
        var left = Apply(text);

        Assert.Contains("error invalid-allow 1", Planted.Describe(left));
        Assert.Contains(Other, left);
    }

    [Fact]
    public void A_list_beside_the_data_is_included_by_name()
    {
        string? Read(string file) => file switch
        {
            AllowList.File => "include data/lint-allow\nx.env 99999999 r\n",
            "data/lint-allow" => "\"docs/a b.md\" 0123abcd r\n\n\ngone 11111111 r\ninclude etc/lint-allow",
            _ => null,
        };

        var left = AllowList.Read(Read).Apply([Key, Other], isAll: true);

        Assert.Equal(["error invalid-allow 0", "warning unused-allow 4"], Planted.Describe(left));
        Assert.Equal("data/lint-allow", left[1].File);
    }

    private static IReadOnlyList<Finding> Apply(string text) =>
        AllowList.Read(file => file == AllowList.File ? text : null).Apply([Key, Other], isAll: true);
}
