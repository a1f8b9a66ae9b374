using System.Text;
using System.Text.Json;

namespace Harbor.Server.Interceptor;

/// <summary>Reads an answer on the side while it is passed on: the usage, and the text for the trace.</summary>
/// <param name="key">The provider's, which no sandbox may see, whatever a provider answers.</param>
internal sealed class AnswerReader(string wire, bool hidesUsage, string key)
{
    public const int Largest = 4 * 1024 * 1024;
    private readonly StringBuilder _text = new();

    public TokenUsage? Usage { get; private set; }

    /// <summary>Of the whole answer, in bytes.</summary>
    public long Length { get; private set; }

    public string Text => _text.ToString();

    /// <returns>The bytes for the agent; empty where they are not for it.</returns>
    public byte[] Event(byte[] bytes)
    {
        var isHidden = false;
        var text = Take(bytes);
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && Document(line["data:".Length..].Trim()) is { } document)
            {
                isHidden |= hidesUsage && document.ValueKind == JsonValueKind.Object
                    && document.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array
                    && choices.GetArrayLength() == 0 && document.TryGetProperty("usage", out _);
                Usage = TokenUsage.Read(wire, document, Usage);
            }
        }

        return isHidden ? [] : Masked(bytes, text);
    }

    public byte[] Whole(byte[] bytes)
    {
        var text = Take(bytes);
        if (Document(text) is { } document)
        {
            Usage = TokenUsage.Read(wire, document, Usage);
        }

        return Masked(bytes, text);
    }

    private string Take(byte[] bytes)
    {
        Length += bytes.Length;
        var text = Encoding.UTF8.GetString(bytes);
        if (_text.Length < Largest)
        {
            var masked = text.Replace(key, "***", StringComparison.Ordinal);
            _text.Append(masked, 0, Fit(masked, Largest - _text.Length));
        }

        return text;
    }

    /// <summary>How much of a text goes into so many characters: a pair of surrogates stays whole, half of one can't be stored.</summary>
    public static int Fit(string text, int room) =>
        text.Length <= room ? text.Length : room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room;

    private byte[] Masked(byte[] bytes, string text) => text.Contains(key, StringComparison.Ordinal)
        ? Encoding.UTF8.GetBytes(text.Replace(key, "***", StringComparison.Ordinal)) : bytes;

    private static JsonElement? Document(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // "[DONE]", or a provider that is broken: it is passed on as it is.
        }
    }
}
