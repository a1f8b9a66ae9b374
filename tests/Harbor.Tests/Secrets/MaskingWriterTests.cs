using Harbor.Secrets;

namespace Harbor.Tests.Secrets;

public sealed class MaskingWriterTests : IDisposable
{
    private readonly Redaction _redaction = new();
    private readonly StringWriter _written = new() { NewLine = "\n" };

    public MaskingWriterTests()
    {
        _redaction.Add("correct-horse");
        _redaction.Add("horse-battery");
        _redaction.Add("corr");
    }

    public void Dispose() => _written.Dispose();

    [Fact]
    public void A_secret_is_masked_wherever_the_text_is_split()
    {
        const string text = "a correct-horse-battery b\r\nhorse-battery\rcorr";
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                foreach (var flush in (bool[])[false, true])
                {
                    Assert.Equal("a *** b\r\n***\r***", Write(flush, text[..first], text[first..second], text[second..]));
                }
            }
        }
    }

    [Fact]
    public void A_flush_passes_on_what_cannot_be_the_beginning_of_a_secret()
    {
        using var writer = new MaskingWriter(_written, _redaction);

        writer.Write("Your name? correct-ho");
        writer.Flush();
        Assert.Equal("Your name? ", _written.ToString());

        writer.Write("me");
        writer.Flush();
        Assert.Equal("Your name? ***ect-home", _written.ToString());
    }

    [Fact]
    public void A_line_is_passed_on_as_soon_as_it_ends()
    {
        using var writer = new MaskingWriter(_written, _redaction);

        writer.WriteLine("pulling correct-horse");

        Assert.Equal("pulling ***\n", _written.ToString());
    }

    [Fact]
    public void An_endless_line_is_passed_on_in_parts_and_masked_at_their_borders()
    {
        using var writer = new MaskingWriter(_written, _redaction);
        for (var i = 0; i < 100_000; i++)
        {
            writer.Write("a correct-");
            writer.Write("horse b");
        }

        Assert.InRange(_written.GetStringBuilder().Length, 620_000, 699_999);
        writer.Dispose();
        Assert.Equal(string.Concat(Enumerable.Repeat("a *** b", 100_000)), _written.ToString());
    }

    [Fact]
    public void Lines_of_several_threads_do_not_mix()
    {
        using var writer = new MaskingWriter(_written, _redaction);

        Parallel.For(0, 5_000, i => writer.WriteLine($"<{i}: correct-horse>"));

        Assert.Equal(
            Enumerable.Range(0, 5_000).Select(i => $"<{i}: ***>").Order(),
            _written.ToString().TrimEnd('\n').Split('\n').Order());
    }

    private string Write(bool flush, params string[] parts)
    {
        _written.GetStringBuilder().Clear();
        using (var writer = new MaskingWriter(_written, _redaction))
        {
            foreach (var part in parts)
            {
                writer.Write(part);
                if (flush)
                {
                    writer.Flush();
                }
            }
        }

        return _written.ToString();
    }
}
