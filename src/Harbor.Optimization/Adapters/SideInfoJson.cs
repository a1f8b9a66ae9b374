using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Harbor.Optimization.Python;

namespace Harbor.Optimization;

/// <summary>JSON in which a real always has a point or an exponent, as Python writes it, so that reading gives the same value.</summary>
public static class SideInfoJson
{
    public static SideInfo Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object =>
            new SideInfo.Map([.. json.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Read(entry.Value)))]),
        JsonValueKind.Array => new SideInfo.List([.. json.EnumerateArray().Select(Read)]),
        JsonValueKind.String => new SideInfo.Text(json.GetString()!),
        JsonValueKind.True => new SideInfo.Truth(true),
        JsonValueKind.False => new SideInfo.Truth(false),
        JsonValueKind.Number => Number(json),
        _ => new SideInfo.None(),
    };

    public static void Write(Utf8JsonWriter json, SideInfo value)
    {
        switch (value)
        {
            case SideInfo.Text text:
                json.WriteStringValue(text.Value);
                break;
            case SideInfo.Whole whole:
                json.WriteRawValue(whole.Leaf, skipInputValidation: true);
                break;
            case SideInfo.Real { Value: var real } when double.IsFinite(real):
                json.WriteRawValue(PythonText.Of(real), skipInputValidation: true);
                break;
            case SideInfo.Real real: // JSON has no such number.
                json.WriteStringValue(real.Leaf);
                break;
            case SideInfo.Truth truth:
                json.WriteBooleanValue(truth.Value);
                break;
            case SideInfo.List list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case SideInfo.Map map:
                json.WriteStartObject();
                foreach (var (key, entry) in map.Entries)
                {
                    json.WritePropertyName(key);
                    Write(json, entry);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static SideInfo Number(JsonElement json)
    {
        var raw = json.GetRawText();
        return raw.AsSpan().IndexOfAny(".eE") >= 0
            ? new SideInfo.Real(double.Parse(raw, CultureInfo.InvariantCulture))
            : new SideInfo.Whole(BigInteger.Parse(raw, CultureInfo.InvariantCulture));
    }
}
