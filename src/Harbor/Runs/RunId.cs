using System.Globalization;

namespace Harbor.Runs;

/// <summary>Ids of runs sort by time and can be file names: <c>20260131T235959123Z-4f2a91</c>.</summary>
public static class RunId
{
    internal const string Pattern = "????????T?????????Z-??????";

    public static string New(TimeProvider time) =>
        time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z-'", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..6];
}
