using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Harbor.Masking;

namespace Harbor.Tests.Secrets;

public sealed partial class MaskingWriterTests
{
    private const string Key = "-----BEGIN KEY-----\nMIIEow\nab=\n-----END KEY-----\n";

    [Fact]
    public void A_secret_is_masked_wherever_the_text_is_split()
    {
        const string text = "a correct-horse-battery b\r\nhorse-battery\rcorr";
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                Assert.Equal("a *** b\r\n***\r***",
                    Masked(["correct-horse", "horse-battery", "corr"], text[..first], text[first..second], text[second..]));
            }
        }
    }

    [Fact]
    public void What_waits_in_a_sequence_that_goes_on_is_never_lost_without_a_mask()
    {
        using var text = new StringWriter();
        using (var writer = new MaskingWriter(text, With("hunter2x")))
        {
            writer.Write("\e]0;hunter2x foo hun");
            writer.Flush();
            writer.Write("ks\a end");
        }

        Assert.Equal("\e]0;*** foo ***ks\a end", text.ToString());
    }

    /// <summary>Few letters and many secrets, so that they overlap, begin alike and hold each other.</summary>
    [Fact]
    public void Whatever_the_secrets_and_the_chunks_the_result_is_that_of_the_whole_text()
    {
        var word = Gen.Elements('a', 'b', '\n', '=').ArrayOf();
        var sample = from secrets in Gen.ListOf(word.Resize(12)) from chunks in Gen.ListOf(word.Resize(9)) select (secrets, chunks);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(sample.ToArbitrary(), given =>
        {
            string[] secrets = [.. given.secrets.Select(letters => new string(letters))];
            string[] chunks = [.. given.chunks.Select(letters => new string(letters))];
            return Masked(secrets, chunks) == MaskedByHand(secrets, string.Concat(chunks));
        }));
    }

    /// <summary>Whole and broken ones, between and inside of the letters of secrets that look like parts of them.</summary>
    [Fact]
    public void A_secret_is_masked_whatever_escape_sequences_stand_between_its_characters_and_wherever_the_text_is_split()
    {
        var secret = Gen.Elements("a", "a", "a", "b", "1", "m", "[31m").ListOf().Resize(8);
        var text = Gen.Elements("a", "a", "a", "a", "a", "b", "b", "1", "m", "\n", "\\", "\a", "\e[0m",
            "\e[1;31m", "\e[K", "\e(B", "\e7", "\e]8;;ab1\a", "\e]0;abm\e\\", "\e", "\e[", "\e]").ListOf().Resize(50);
        var sample = from secrets in Gen.ListOf(secret).Resize(6)
                     from parts in text
                     from cuts in Gen.Choose(0, 99)
            .ListOf().Resize(8)
                     select (secrets, parts, cuts);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(sample.ToArbitrary(), given =>
        {
            string[] secrets = [.. given.secrets.Select(letters => string.Concat(letters))];
            var text = string.Concat(given.parts);
            int[] cuts = [0, .. given.cuts.Where(cut => cut < text.Length).Order(), text.Length];
            var masked = Masked(secrets, [.. cuts.Zip(cuts.Skip(1), (from, to) => text[from..to])]);
            return masked == MaskedByHand(secrets, text) && masked == With(secrets).Apply(text);
        }));
    }

    [Theory]
    [InlineData("\e[32mtoken: correct\e[0m-horse\e[0m!", "\e[32mtoken: ***\e[0m!")]
    [InlineData("\e[1mc\e[0mo\e(B\e[mrrect-\e]8;;there\ahor\e]8;;\e\\se", "\e[1m***")]
    [InlineData("\e]8;;there?correct-horse\ahere\e]8;;\a", "\e]8;;there?***\ahere\e]8;;\a")]
    [InlineData("\ecorrect-horse \e[correct-horse \e]correct-horse", "\e*** \e[*** \e]***")]
    [InlineData("corr\e[0mal correct\e[", "corr\e[0mal correct\e[")]
    public void Colours_and_links_do_not_hide_a_secret_and_stay_where_there_is_none(string text, string seen)
    {
        Assert.Equal(seen, Masked(["correct-horse"], text));
        Assert.Equal(seen, Masked(["correct-horse"], [.. text.Select(letter => $"{letter}")]));
    }

    /// <summary>So a line that ends with a colour is not taken for a long beginning of a secret.</summary>
    [Theory]
    [InlineData("Your name? co\e[0m", "Your name? ", "Your name? co\e[0m")]
    [InlineData("Your name? \e[1mcorr\e[0m", "Your name? \e[1m", "Your name? \e[1m***")]
    [InlineData("Your name? \e[1", "Your name? \e[1", "Your name? \e[1")]
    public void What_waits_is_counted_without_escape_sequences(string written, string seen, string seenThen)
    {
        using var inner = new StringWriter();
        using var writer = new MaskingWriter(inner, With("correct-horse"));
        writer.Write(written);
        Assert.Equal(seen, inner.ToString());

        writer.Flush();

        Assert.Equal(seenThen, inner.ToString());
    }

    [Fact]
    public void Escape_sequences_without_end_do_not_make_it_wait_for_ever()
    {
        using var inner = new StringWriter();
        using var writer = new MaskingWriter(inner, With("correct-horse"));
        writer.Write("corr");
        for (var i = 0; i < 100_000; i++)
        {
            writer.Write("\e[0m");
        }

        writer.Write("\e]" + new string('x', 5_000));

        Assert.True(inner.ToString().Length > 400_000);
        Assert.False(writer.IsHolding);
    }

    /// <summary>
    /// As above, with a flush after each chunk, as if there were a pause: more may be masked, but of no secret are more than three
    /// characters in a row left.
    /// </summary>
    [Fact]
    public void However_slowly_a_secret_comes_no_more_than_its_first_three_characters_are_seen()
    {
        var sample = from secret in Gen.Elements("correct-horse", "abcdefgh", Key)
                     from cuts in Gen.Choose(0, secret.Length)
            .ArrayOf().Resize(6)
                     from colour in Gen.Elements("", "\e[0m", "\e(B\e[m")
                     select (secret, cuts, colour);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(sample.ToArbitrary(), given =>
        {
            var redaction = With(given.secret);
            using var seen = new StringWriter();
            using (var writer = new MaskingWriter(seen, redaction))
            {
                var from = 0;
                foreach (var cut in given.cuts.Order().Append(given.secret.TrimEnd().Length)
                    .Where(cut => cut <= given.secret.TrimEnd().Length))
                {
                    writer.Write(given.secret[from..Math.Max(from, cut)] + (cut < given.secret.TrimEnd().Length ? given.colour : ""));
                    writer.Flush();
                    Assert.False(writer.IsHolding);
                    from = Math.Max(from, cut);
                }
            }

            var text = EscapeSequences().Replace(seen.ToString(), "").Replace("\n", "", StringComparison.Ordinal);
            return text.EndsWith(Redaction.Mask, StringComparison.Ordinal) && text.Length <= Redaction.Mask.Length + 3;
        }));
    }

    [Theory]
    [InlineData("Your name? ", "Your name? ", false)]
    [InlineData("Your name? co", "Your name? ", true)]
    [InlineData("line\n", "line\n", false)]
    [InlineData("Downloading ... 10%\r", "Downloading ... 10%\r", false)]
    public void Only_the_beginning_of_a_secret_waits(string written, string seen, bool waits)
    {
        using var inner = new StringWriter();
        using var writer = new MaskingWriter(inner, With("correct-horse"));
        writer.Write(written);

        Assert.Equal((seen, waits), (inner.ToString(), writer.IsHolding));
    }

    [Theory]
    [InlineData("co", "ffee", "coffee")]
    [InlineData("co", "rrect-horse!", "co***!")]
    [InlineData("correct", "-horse!", "***!")]
    [InlineData("correct", " it is", "*** it is")]
    [InlineData("-----BEGIN KEY-----\n", "other\n", "***\nother\n")]
    [InlineData("-----BEGIN KEY-----\nMIIEow\n", "ab=\n-----END KEY-----\nother", "***\n\nother")]
    public void What_waits_is_passed_on_after_the_pause_and_what_follows_is_still_seen_together_with_it(
        string first, string second, string seen)
    {
        using var inner = new StringWriter();
        using (var writer = new MaskingWriter(inner, With("correct-horse", Key)))
        {
            writer.Write(first);
            writer.Flush();
            writer.Write(second);
        }

        Assert.Equal(seen, inner.ToString());
    }

    [Fact]
    public void A_key_is_masked_whole_when_its_lines_come_one_by_one_and_its_short_ones_do_not_stay()
    {
        foreach (var end in (string[])["\n", "\r\n"])
        {
            string[] lines = [.. $"a {Key}b".Split('\n').Select(line => line + end)];
            Assert.Equal($"a ***{end}b{end}", Masked([Key], lines));
        }
    }

    [Fact]
    public void A_mask_that_does_not_end_is_one_mask()
    {
        using var inner = new StringWriter();
        using var writer = new MaskingWriter(inner, With("aaaa", "aaaaaaab"));
        for (var i = 0; i < 100_000; i++)
        {
            writer.Write("aaaaaaaaaa");
        }

        writer.Write("c");
        Assert.Equal("***c", inner.ToString());
    }

    [Fact]
    public void A_secret_that_becomes_known_in_the_middle_of_a_stream_is_masked_from_there_on()
    {
        var redaction = With("token-12");
        using var inner = new StringWriter();
        using var writer = new MaskingWriter(inner, redaction);
        writer.Write("token-12 token-34 tok");
        redaction.Add("token-34");
        writer.Write("en-34 token-12");
        writer.Dispose();

        Assert.Equal("*** token-34 *** ***", inner.ToString());
    }

    private static string Masked(string[] secrets, params string[] chunks)
    {
        using var inner = new StringWriter();
        using (var writer = new MaskingWriter(inner, With(secrets)))
        {
            foreach (var chunk in chunks)
            {
                writer.Write(chunk);
            }
        }

        return inner.ToString();
    }

    /// <summary>
    /// Every place of every form, one by one, in the text and in the text without its escape sequences; what overlaps is one mask.
    /// </summary>
    private static string MaskedByHand(string[] secrets, string text)
    {
        var sequences = EscapeSequences().Matches(text).SelectMany(match => Enumerable.Range(match.Index, match.Length)).ToHashSet();
        int[] letters = [.. Enumerable.Range(0, text.Length).Where(at => !sequences.Contains(at))];
        var bare = string.Concat(letters.Select(at => text[at]));
        var places = RedactionForms.Compute(secrets)
            .SelectMany(form => Places(text, form).Select(at => (Start: at, End: at + form.Length))
                .Concat(Places(bare, form).Select(at => (Start: letters[at], End: letters[at + form.Length - 1] + 1))))
            .OrderBy(place => place.Start).ToList();
        var (masked, from) = ("", 0);
        for (var i = 0; i < places.Count;)
        {
            var (start, end) = places[i];
            for (; i < places.Count && (places[i].Start < end || places[i].Start == start); i++)
            {
                end = Math.Max(end, places[i].End);
            }

            masked += text[from..start] + Redaction.Mask;
            from = end;
        }

        return masked + text[from..];
    }

    private static IEnumerable<int> Places(string text, string form) =>
        Enumerable.Range(0, text.Length).Where(at => text.AsSpan(at).StartsWith(form));

    [GeneratedRegex(@"\e\[[ -?]*[0-~]?|\e\][^\a\e\n]*(\a|\e\\)?|\e[ -/]*[0-~]?")]
    private static partial Regex EscapeSequences();

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
