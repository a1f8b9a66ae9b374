using System.Diagnostics;
using System.Text;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>Files that nobody writes by accident.</summary>
public sealed class HostileFileTests
{
    public static TheoryData<string, string, string> Files() => new()
    {
        { "a.env", "sops_age__list_2147483647__map_enc=x\nsops_version=3.9.0\n", "gap" },
        { "a.env", "sops_age=x\nsops_age__list_0__map_enc=x\n", "sops_age" },
        { "a.env", "sops_a" + string.Concat(Enumerable.Repeat("__list_0", 1000)) + "=x\n", "not a name that SOPS writes" },
        { "a.env", "A=\nA=x\n", "has no value here" },
        { "a.env", "A=1\r\n\r\n", "CR LF" },
        { "a.yaml", "a: &x [1]\nb: *x\n", "must not contain aliases" },
        { "a.yaml", "a: 1\na: 2\n", "appears twice" },
        { "a.yaml", "? [1]\n: 2\n", "a key is not a text" },
        { "a.yaml", "1: 2\n", "a key is not a text" },
        { "a.yaml", "a: !ruby/object x\n", "tag" },
        { "a.yaml", "a: " + new string('[', 10_000), "levels" },
        { "a.yaml", string.Concat(Enumerable.Range(0, 500).Select(depth => new string(' ', depth) + "a:\n")), "levels" },
        { "a.yaml", "- 1\n", "must be a map" },
        { "a.yaml", "a: 18446744073709551615\n", "more than 64 bits" },
        { "a.yaml", "", "empty" },
        { "a.yaml", "a: 1\n---\nb: 1\nsops: {}\n", "every document" },
        { "a.json", "{\"a\": 1, \"a\": 2}", "appears twice" },
        { "a.json", "{\"a\": 1} x", "not valid JSON" },
        { "a.json", "[]", "a JSON object is expected" },
        { "a.json", "{\"sops\": 1}", "not the map" },
        { "a.json", "{\"a\": \"\\ud800\"}", "surrogate" },
        { "a.json", "{\"a\": " + new string('[', 100_000), "not valid JSON" },
        { "a.bin", "{\"data\": 1, \"sops\": {}}", "not a binary SOPS file" },
        { "a.ini", "", "INI files" },
        { "a.env", "A=1\nsops_version=3.9.0\n", "lastmodified is missing" },
        { "a.env", "A=1\nsops_version=3\nsops_lastmodified=2026-01-01T00:00:00Z\n", "version is missing" },
        { "a.yaml", "a: 1\nsops: {version: 3.9.0, lastmodified: 2026-01-01T00:00:00Z}\n", "put it in quotes" },
        { "a.env", "A=1\nsops_version=3.9.0\nsops_lastmodified=2026-01-01T00:00:00Z\nsops_encrypted_regex=(a+)+(?=b)\n", "is invalid" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_hostile_file_is_refused_at_once_and_by_name(string name, string text, string message)
    {
        var watch = Stopwatch.StartNew();

        var error = Assert.Throws<InvalidStackException>(() => SealedFile.Read(Encoding.UTF8.GetBytes(text), name).ToString());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 400, "the message is short");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_file_beyond_the_limit_is_not_parsed() =>
        Assert.Contains(
            "is larger than the 4 MiB",
            Assert.Throws<InvalidStackException>(() => SealedFile.Read(new byte[SopsStore.MaxBytes + 1], "a.env"))
            .Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false)]
    [InlineData("^(data|stringData)$", "data", true)]
    [InlineData("^data$", "data\n", false)]
    [InlineData("^\\d+$", "\u0661", false)]
    [InlineData("[[]", "[", true)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[^]x]", "]", false)]
    [InlineData("(?i)KEY", "myKey", true)]
    [InlineData("[\\w-]+\\.env", "a-b.env", true)]
    public void A_pattern_means_what_it_does_to_Go(string pattern, string text, bool matches) =>
        Assert.Equal(matches, GoRegex.Compile(pattern, "f", 1, "x").IsMatch(text));

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(a)\\1")]
    [InlineData("\\bkey\\b")]
    [InlineData("[[:alpha:]]")]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData("a\\")]
    public void A_pattern_that_means_something_else_in_Go_is_refused(string pattern) =>
        Assert.Contains("pattern of x is invalid", Assert.Throws<InvalidStackException>(() => GoRegex.Compile(pattern, "f", 1, "x"))
            .Message, StringComparison.Ordinal);
}
