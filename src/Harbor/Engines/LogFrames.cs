using System.Text;

namespace Harbor.Engines;

/// <summary>
/// A container's log as the API sends it: frames of 8 bytes header (stream, three zeros, length) and text; with a terminal, plain text.
/// </summary>
internal static class LogFrames
{
    private const int Header = 8;

    public static IReadOnlyList<string> Lines(ReadOnlySpan<byte> log, int count) => Lines(Text(log), count);

    public static string Text(ReadOnlySpan<byte> log)
    {
        var text = new StringBuilder();
        while (log is [<= 2, 0, 0, 0, _, _, _, _, ..])
        {
            var length = Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(log[4..]), (uint)(log.Length - Header));
            text.Append(Encoding.UTF8.GetString(log.Slice(Header, (int)length)));
            log = log[(Header + (int)length)..];
        }

        return text.Append(Encoding.UTF8.GetString(log)).ToString();
    }

    public static IReadOnlyList<string> Lines(string text, int count) =>
        text.Length == 0 ? [] : [.. text.TrimEnd('\n').Split('\n').TakeLast(count).Select(line => line.TrimEnd('\r'))];
}
