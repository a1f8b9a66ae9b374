using System.Text;
using System.Text.Json;

namespace Harbor.Secrets.Sops;

/// <summary>Addresses one value: a name, or SOPS's form for nested values, <c>["db"]["hosts"][0]</c>.</summary>
internal static class KeyPath
{
    /// <returns>Names (text) and indexes (int).</returns>
    /// <exception cref="InvalidStackException">The text has neither form.</exception>
    public static IReadOnlyList<object> Parse(string text)
    {
        if (!text.StartsWith('['))
        {
            return text.Length > 0 ? [text] : throw Fault();
        }

        var steps = new List<object>();
        for (var rest = Encoding.UTF8.GetBytes(text).AsSpan(); rest.Length > 0;)
        {
            steps.Add(Step(ref rest));
        }

        return steps;
    }

    private static object Step(ref Span<byte> rest)
    {
        try
        {
            var reader = new Utf8JsonReader(rest, isFinalBlock: false, default);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartArray && reader.Read())
            {
                object? step = reader.TokenType switch
                {
                    JsonTokenType.String => reader.GetString()!,
                    JsonTokenType.Number when reader.TryGetInt32(out var index) && index >= 0 => index,
                    _ => null,
                };
                if (step is not null && reader.Read() && reader.TokenType == JsonTokenType.EndArray)
                {
                    rest = rest[(int)reader.BytesConsumed..];
                    return step;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Reported by the throw below.
        }

        throw Fault();
    }

    private static InvalidStackException Fault() =>
        new("--key expects a name, or the path of a nested value like [\"db\"][\"password\"] or [\"hosts\"][0].");
}
