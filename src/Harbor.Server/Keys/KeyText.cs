using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Server.Keys;

/// <summary>What a key looks like: <c>hk_</c>, eight characters that name it, <c>_</c>, 32 random bytes.</summary>
public static class KeyText
{
    private const int IdLength = 8;
    private const int Length = 3 + IdLength + 1 + 43;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static (string Id, string Key) New()
    {
        var id = RandomNumberGenerator.GetString(Letters, IdLength);
        return (id, $"hk_{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    /// <summary>The name in a key; null where it has not the form of one.</summary>
    public static string? Id(string key) =>
        key.Length == Length && key.StartsWith("hk_", StringComparison.Ordinal)
            && key[3 + IdLength] == '_' ? key.Substring(3, IdLength) : null;

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
