using System.Security.Cryptography;
using System.Text;

namespace Harbor.Hashing;

/// <summary>
/// HMAC-SHA256 over named parts. Each part begins with its name and length, so that different lists of parts have different bytes.
/// </summary>
public sealed class KeyedHash : IDisposable
{
    private readonly IncrementalHash _hash;

    internal KeyedHash(ReadOnlySpan<byte> key) => _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    public void Add(string name, ReadOnlySpan<byte> value)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.Length}\n"));
        _hash.AppendData(value);
    }

    public void Add(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds bytes without a name. The caller must make them unambiguous.</summary>
    internal void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Ends the hash.</summary>
    public string ToHex(int digits = 64) => Convert.ToHexStringLower(_hash.GetHashAndReset())[..digits];

    public void Dispose() => _hash.Dispose();
}
