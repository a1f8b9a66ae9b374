using Harbor.Environments;

namespace Harbor.Tests.Environments;

public sealed class DotenvFileTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, DotenvCases.All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_says_what_compose_reads_in_it(int index)
    {
        var given = DotenvCases.All[index];

        var (values, problems) = Read(given.Text);

        Assert.True(given.Values is null == problems.Count > 0, $"{given}: {string.Join("; ", problems)}");
        if (given.Values is not null)
        {
            Assert.Equal(given.Values.OrderBy(value => value.Name), values.OrderBy(value => value.Name));
        }
    }

    [Fact]
    public void There_are_at_least_a_hundred_cases_and_none_twice()
    {
        Assert.InRange(DotenvCases.All.Length, 100, 1000);
        Assert.Equal(DotenvCases.All.Length, DotenvCases.All.Select(given => given.Text).Distinct().Count());
    }

    [Fact]
    public void Every_wrong_line_is_reported_with_its_place_and_the_others_are_read()
    {
        var file = DotenvFile.Parse("A=1\nB$C=2\n\"D\"=3\nE=4\n", "etc/sys.env");

        Assert.Equal(
            ["etc/sys.env:2:2: '$' can't be part of a name; NAME=value is expected.",
            "etc/sys.env:3:1: '\"' can't be part of a name; NAME=value is expected."],
            file.Problems.Select(problem => problem.ToString()));
        Assert.Equal(["A", "E"], file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void An_open_quote_is_reported_where_it_stands_without_the_value() =>
        Assert.Equal("s.env:2:3: the value of B starts with ' and no ' ends it.",
            Assert.Single(DotenvFile.Parse("A=1\nB='hidden\nC=2", "s.env").Problems).ToString());

    [Fact]
    public void Lines_are_counted_through_values_of_many_lines() =>
        Assert.Equal([("A", 2, 1), ("B", 6, 3)], DotenvFile.Parse("# c\nA=\"1\n2\n\n\"\n  B=2", "s.env")
            .Entries.Select(entry => (entry.Name, entry.Line, entry.Column)));

    [Theory]
    [InlineData(new byte[] { (byte)'A', (byte)'=', 0xFF, (byte)'\n' }, "s.env:1: is not UTF-8.")]
    [InlineData(new byte[] { (byte)'\n', (byte)'A', (byte)'=', 0 }, "s.env:2: holds a NUL byte: no program can be given such a value.")]
    public void Bytes_that_are_no_text_are_refused(byte[] bytes, string expected) =>
        Assert.Equal(expected, Assert.Single(DotenvFile.Parse(bytes, "s.env").Problems).ToString());

    [Fact]
    public void A_file_of_megabytes_is_refused() =>
        Assert.Contains("may have 1048576", Assert.Single(DotenvFile.Parse(new byte[DotenvFile.MaxBytes + 1], "s.env").Problems).Message);

    /// <summary>Compose trips over this one: it takes the line for the value of a variable without a name.</summary>
    [Fact]
    public void A_name_alone_may_end_the_file_without_a_line_end() =>
        Assert.Equal("B", Assert.Single(DotenvFile.Parse("B", "s.env").Entries, entry => entry.Text is null).Name);

    [Fact]
    public void An_entry_never_shows_its_value() =>
        Assert.DoesNotContain("hidden", $"{DotenvFile.Parse("A=hidden", "s.env").Entries[0]}");

    private static (List<(string Name, string Value)> Values, List<Problem> Problems) Read(string text)
    {
        var outer = new Dictionary<string, EnvironmentValue>
        {
            ["OUTER"] = new(
            DotenvCases.Outer, new Origin(null, 0, "test"), IsSecret: false)
        };
        var file = DotenvFile.Parse(text, "f");
        var merge = new EnvironmentMerge(outer, new HashSet<string>(), keepHistory: false);
        var merged = merge.Merge([new(new(LayerKind.Sys, "f", null, null, false, []), "f", file.Entries, PerService: false)]);
        var named = file.Entries.Select(entry => entry.Name).ToHashSet();
        return ([.. merged.Where(pair => named.Contains(pair.Key)).Select(pair => (pair.Key, pair.Value.Value))],
            [.. file.Problems, .. merge.Problems]);
    }
}
