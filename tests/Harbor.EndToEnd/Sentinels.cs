using System.Security.Cryptography;

namespace Harbor.EndToEnd;

/// <summary>Secrets that occur nowhere else.</summary>
internal static class Sentinels
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Random at both ends, with what quoting and encoding change in the middle.</summary>
    public static string Make(string name) => $"{Random(10)}/+ '&<\"$%\\={name}{Random(10)}";

    /// <summary>As a private key looks: several lines, the last of them a few characters.</summary>
    public static string MakeKey() => $"{Random(40)}\n{Random(40)}\n{Random(3)}";

    private static string Random(int length) => RandomNumberGenerator.GetString(Letters, length);
}
