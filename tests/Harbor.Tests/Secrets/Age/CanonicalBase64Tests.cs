using System.Text;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

public sealed class CanonicalBase64Tests
{
    [Fact]
    public void Every_length_of_a_line_is_read_as_NET_writes_it()
    {
        Span<byte> data = stackalloc byte[CanonicalBase64.LineBytes];
        for (var length = 0; length <= CanonicalBase64.LineBytes; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)((i * 67) + length)).ToArray();
            var padded = Convert.ToBase64String(bytes);

            Assert.Equal(length, CanonicalBase64.Decode(Encoding.ASCII.GetBytes(padded), padded: true, data));
            Assert.Equal(bytes, data[..length]);
            Assert.Equal(length, CanonicalBase64.Decode(Encoding.ASCII.GetBytes(padded.TrimEnd('=')), padded: false, data));
            Assert.Equal(bytes, data[..length]);
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AB")] // Four stray bits.
    [InlineData("AAB")] // Two.
    [InlineData("AA==")]
    [InlineData("AA A")]
    [InlineData("AAA\n")]
    [InlineData("AA-_")]
    public void Without_padding_another_way_to_write_it_is_refused(string text) => Refused(text, padded: false);

    [Theory]
    [InlineData("AA")]
    [InlineData("AA=")]
    [InlineData("AA===")]
    [InlineData("====")]
    [InlineData("AAAA====")]
    [InlineData("A===")]
    [InlineData("AB==")]
    [InlineData("AAB=")]
    [InlineData("AA==AAAA")]
    [InlineData("AA= =")]
    public void With_padding_another_way_to_write_it_is_refused(string text) => Refused(text, padded: true);

    private static void Refused(string text, bool padded) =>
        Assert.Equal(-1, CanonicalBase64.Decode(Encoding.ASCII.GetBytes(text), padded, new byte[CanonicalBase64.LineBytes]));
}
