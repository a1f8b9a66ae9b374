using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Harbor.Masking;

namespace Harbor.Tests.Secrets;

public sealed class RedactionTests
{
    private const string Odd = "p$a'ss \"w\\o<r>d&/+ü%!";

    [Theory]
    [InlineData("raw", Odd)]
    [InlineData("URL", "p%24a%27ss%20%22w%5Co%3Cr%3Ed%26%2F%2B%C3%BC%25%21")]
    [InlineData("URL in lower case", "p%24a%27ss%20%22w%5co%3cr%3ed%26%2f%2b%c3%bc%25%21")]
    [InlineData("form", "p%24a%27ss+%22w%5Co%3Cr%3Ed%26%2F%2B%C3%BC%25!")]
    [InlineData("JSON", "p$a'ss \\\"w\\\\o<r>d&/+ü%!")]
    [InlineData("JSON of Go", "p$a'ss \\\"w\\\\o\\u003cr\\u003ed\\u0026/+ü%!")]
    [InlineData("JSON of Python", "p$a'ss \\\"w\\\\o<r>d&/+\\u00fc%!")]
    [InlineData("shell, in single quotes", "p$a'\\''ss \"w\\o<r>d&/+ü%!")]
    [InlineData("shell, in double quotes", "p\\$a'ss \\\"w\\\\o<r>d&/+ü%!")]
    [InlineData("shell, with backslashes", "p\\$a\\'ss\\ \\\"w\\\\o\\<r\\>d\\&/+ü%\\!")]
    [InlineData("Compose", "p$$a'ss \"w\\o<r>d&/+ü%!")]
    [InlineData("XML", "p$a'ss \"w\\o&lt;r&gt;d&amp;/+ü%!")]
    public void A_secret_is_masked_however_it_is_escaped(string form, string text) =>
        Assert.True($"<{Redaction.Mask}>" == With(Odd).Apply($"<{text}>"), form);

    [Fact]
    public void A_secret_is_masked_as_the_libraries_write_it()
    {
        var redaction = With(Odd);

        Assert.Equal("\"***\"", redaction.Apply(JsonSerializer.Serialize(Odd)));
        Assert.Equal("\"***\"", redaction.Apply($"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Odd)}\""));
        Assert.Equal("***", redaction.Apply(Uri.EscapeDataString(Odd)));
        Assert.Equal("***", redaction.Apply(WebUtility.UrlEncode(Odd)));
        Assert.Equal("***", With("<a & 'b' \"c\">").Apply(WebUtility.HtmlEncode("<a & 'b' \"c\">")));
        Assert.Equal("***", redaction.Apply(Convert.ToHexString(Encoding.UTF8.GetBytes(Odd))));
        Assert.Equal("***", redaction.Apply(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Odd))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("us")]
    [InlineData("user:")]
    public void A_secret_is_masked_inside_base64_at_every_alignment(string before)
    {
        var redaction = With(Odd);
        foreach (var after in (string[])["", "x", "xy", "xyz"])
        {
            var bytes = Encoding.UTF8.GetBytes(before + Odd + after);
            foreach (var text in (string[])[Convert.ToBase64String(bytes), System.Buffers.Text.Base64Url.EncodeToString(bytes)])
            {
                var masked = redaction.Apply(text);

                Assert.Contains(Redaction.Mask, masked);
                Assert.True(masked.Length <= Redaction.Mask.Length + (before.Length + after.Length) * 4 / 3 + 6, masked);
            }
        }
    }

    [Fact]
    public void The_longest_of_several_that_begin_alike_is_masked_whole() =>
        Assert.Equal("a *** b ***", With("token-12", "token-1234").Apply("a token-1234 b token-12"));

    [Fact]
    public void Everything_that_overlapping_secrets_cover_is_masked() =>
        Assert.Equal("<***>", With("abcdef", "defghi", "hijklm").Apply("<abcdefghijklm>"));

    [Fact]
    public void Each_line_of_a_multi_line_secret_is_masked_and_its_short_lines_only_in_place()
    {
        var redaction = With("first line\r\n  second line\nend\n");

        Assert.Equal("key: ***\n     ***\nthe end", redaction.Apply("key: first line\n     second line\nthe end"));
        Assert.Equal("***\n", redaction.Apply("first line\r\n  second line\nend\n"));
        Assert.Equal("***\n", redaction.Apply("first line\n  second line\nend\n"));
        Assert.Equal("echo $'***\\n'", redaction.Apply("echo $'first line\\n  second line\\nend\\n'"));
    }

    [Theory]
    [InlineData("abc", "PIN is shorter than 4 characters, so it is not masked in what Harbor prints.")]
    [InlineData(" ab\n", "PIN is shorter than 4 characters, so it is not masked in what Harbor prints.")]
    [InlineData("8080", "PIN is a number of fewer than 5 digits, so it is not masked in what Harbor prints.")]
    [InlineData("True", "PIN is a very common word, so it is not masked in what Harbor prints.")]
    public void A_value_that_stands_in_every_log_is_left_and_warned_about(string value, string warning)
    {
        var redaction = new Redaction();
        redaction.Add(value, "PIN");
        redaction.Add(value, "PIN");
        redaction.Add("", "EMPTY");

        Assert.Equal($"a {value} b", redaction.Apply($"a {value} b"));
        Assert.Equal([warning], redaction.Warnings);
    }

    [Fact]
    public void A_CI_system_is_told_every_form_of_a_value_once_and_line_by_line()
    {
        var told = new List<string>();
        var redaction = new Redaction { Announce = told.Add };
        redaction.Add("first line\n\nsecond & line\n");
        redaction.Add("first line\n\nsecond & line\n");
        redaction.Add("8080");

        Assert.Superset(
            new HashSet<string> { "first line", "second & line", "second\\ \\&\\ line", "second%20%26%20line",
            "first line\\n\\nsecond & line" }, told.ToHashSet());
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("first line\n\nsecond & line\n")), told);
        Assert.All(told, line => Assert.False(line.Length < Redaction.Shortest || line.Contains('\n') || line == "8080", line));
        Assert.Equal(told.Count, told.Distinct().Count());
    }

    [Fact]
    public void Text_without_secrets_is_given_back_as_it_is()
    {
        const string text = "nothing to see";

        Assert.Same(text, new Redaction().Apply(text));
        Assert.Same(text, With("token-12").Apply(text));
    }

    [Fact]
    public void A_secret_that_is_added_later_is_masked_from_then_on()
    {
        var redaction = With("token-12");
        Assert.Equal("*** token-34", redaction.Apply("token-12 token-34"));

        redaction.Add("token-34");

        Assert.Equal("*** ***", redaction.Apply("token-12 token-34"));
    }

    [Fact]
    public void Ten_thousand_secrets_are_found_each_while_more_are_being_added()
    {
        var secrets = Enumerable.Range(0, 10_000).Select(i => $"sk-p{i * 7919:x8}{i % 7}").ToArray();
        var redaction = With(secrets);

        Parallel.For(0, 2_000, i =>
        {
            if (i % 500 == 0)
            {
                redaction.Add($"another-{i}");
            }

            Assert.Equal("a *** b", redaction.Apply($"a {secrets[i * 5]} b"));
        });
    }

    private static Redaction With(params string[] secrets)
    {
        var redaction = new Redaction();
        foreach (var secret in secrets)
        {
            redaction.Add(secret);
        }

        return redaction;
    }
}
