using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>Seeds as a list of whole numbers and <c>{start, end, step}</c> ranges, or one range; <c>end</c> is not part of it. Written as
/// numbers.</summary>
public sealed class SeedsConverter : JsonConverter<IReadOnlyList<long>>
{
    /// <summary>More are refused, so that a short request can't take all memory.</summary>
    public const int Most = 100_000;

    /// <inheritdoc/>
    public override IReadOnlyList<long> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var seeds = new List<long>();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadRange(ref reader, seeds);
            return seeds;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("seeds must be a list of whole numbers, or {start, end, step}");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadRange(ref reader, seeds);
            }
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seed))
            {
                seeds.Add(seed);
                EnsureFew(seeds.Count);
            }
            else
            {
                throw new JsonException("seeds must be whole numbers");
            }
        }

        return seeds;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<long> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var seed in value)
        {
            writer.WriteNumberValue(seed);
        }

        writer.WriteEndArray();
    }

    /// <summary>The numbers of a range.</summary>
    /// <exception cref="JsonException">The step is 0, or there are too many.</exception>
    public static IEnumerable<long> Range(long start, long end, long step)
    {
        if (step == 0)
        {
            throw new JsonException("the step of seeds must not be 0");
        }

        var distance = step > 0 ? (Int128)end - start : (Int128)start - end;
        var size = step > 0 ? (Int128)step : -(Int128)step;
        var count = distance <= 0 ? 0 : (distance + size - 1) / size;
        EnsureFew(count);
        return Enumerable.Range(0, (int)count).Select(index => start + (index * step));
    }

    private static void ReadRange(ref Utf8JsonReader reader, List<long> seeds)
    {
        long? start = 0, end = null, step = 1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var value))
            {
                throw new JsonException($"'{name}' of seeds must be a whole number");
            }

            switch (name)
            {
                case "start": start = value; break;
                case "end": end = value; break;
                case "step": step = value; break;
                default: throw new JsonException($"seeds: unknown key '{name}'; known are start, end, step");
            }
        }

        seeds.AddRange(Range(start.Value, end ?? throw new JsonException("seeds: 'end' is missing"), step.Value));
        EnsureFew(seeds.Count);
    }

    private static void EnsureFew(Int128 count)
    {
        if (count > Most)
        {
            throw new JsonException($"seeds: at most {Most} are allowed");
        }
    }
}
