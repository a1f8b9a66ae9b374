using System.Globalization;

namespace Harbor.Server.Pages;

/// <summary>Values for people. What is not known is a dash, never 0.</summary>
public static class Values
{
    public const string Unknown = "-";

    public static string Reward(double? reward) => reward?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Number(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Percent(double? fraction) => fraction?.ToString("P1", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Usd(double? dollars) => dollars is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"${known:0.0000##}") : Unknown;

    public static string Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Duration(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } start && to is { } end ? Duration((end - start).TotalMilliseconds) : Unknown;

    public static string Duration(double? milliseconds) => milliseconds switch
    {
        null => Unknown,
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
        { } most => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(most / 60_000):0} min {most / 1000 % 60:00} s"),
    };

    public static string Bytes(long? bytes) => bytes switch
    {
        null => Unknown,
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.0} MiB"),
    };

    /// <summary>The random end of an id, which is what tells two of the same moment apart.</summary>
    public static string ShortId(string id) => id.Length <= 12 ? id : $"...{id[^8..]}";
}
