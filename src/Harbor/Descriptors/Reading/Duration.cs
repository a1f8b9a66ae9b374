namespace Harbor.Descriptors.Reading;

/// <summary>Compose's durations, largest unit first: <c>1h30m</c>, <c>90s</c>, <c>500ms</c>.</summary>
public static class Duration
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>.NET's timers take at most 49.7 days; longer durations are cut to 49 days.</summary>
    private const long Longest = 49 * 24 * 3_600_000L;

    /// <summary>Null if the text is no duration, is zero, or has a number of more than six digits.</summary>
    public static TimeSpan? Parse(string text)
    {
        var rest = text.AsSpan();
        var (milliseconds, next) = (0L, 0);
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 6)
            {
                return null;
            }

            var number = int.Parse(rest[..digits], null);
            rest = rest[digits..];
            var end = rest.IndexOfAnyInRange('0', '9');
            var letters = end < 0 ? rest.Length : end;
            var unit = IndexOf(rest[..letters], next);
            if (unit < 0)
            {
                return null;
            }

            milliseconds += number * Units[unit].Milliseconds;
            rest = rest[letters..];
            next = unit + 1;
        }

        return milliseconds > 0 ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest)) : null;
    }

    private static int IndexOf(ReadOnlySpan<char> name, int from)
    {
        for (var i = from; i < Units.Length; i++)
        {
            if (name.SequenceEqual(Units[i].Unit))
            {
                return i;
            }
        }

        return -1;
    }
}
