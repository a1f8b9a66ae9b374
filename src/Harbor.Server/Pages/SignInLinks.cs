using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Server.Pages;

/// <summary>Links that sign in once, within minutes. Only their hashes are kept, in this process.</summary>
internal sealed class SignInLinks(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, (string KeyId, DateTimeOffset End)> _open = new();

    /// <param name="to">Where it leads.</param>
    /// <returns>The path of the link.</returns>
    public string New(string keyId, string to)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _open[Hash(token)] = (keyId, time.GetUtcNow() + Kept);
        return $"{SignInPages.Path}/{token}?to={to}";
    }

    /// <returns>The key for which it signs in; null: it is none of ours, was used, or is too old.</returns>
    public string? Use(string token) =>
        _open.TryRemove(Hash(token), out var link) && link.End > time.GetUtcNow() ? link.KeyId : null;

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
