using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Hashing;

/// <summary>
/// HMAC-SHA256 over named parts. Each part begins with its name and length, so that different lists of parts have different bytes.
/// </summary>
public sealed class KeyedHash : IDisposable
{
    private readonly byte[] _key;
    private readonly ArrayBufferWriter<byte> _small = new();
    private IncrementalHash? _large;

    internal KeyedHash(byte[] key) => _key = key;

    public void Add(string name, ReadOnlySpan<byte> value)
    {
        Append(Encoding.UTF8.GetBytes($"{name} {value.Length}\n"));
        Append(value);
    }

    public void Add(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds bytes without a name. The caller must make them unambiguous.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_large is null && _small.WrittenCount + bytes.Length <= Sha256.Small)
        {
            _small.Write(bytes);
            return;
        }

        if (_large is null)
        {
            _large = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
            _large.AppendData(_small.WrittenSpan);
        }

        _large.AppendData(bytes);
    }

    /// <summary>Ends the hash.</summary>
    public string ToHex(int digits = 64) =>
        Convert.ToHexStringLower(_large?.GetHashAndReset() ?? Sha256.Hmac(_key, _small.WrittenSpan))[..digits];

    public void Dispose() => _large?.Dispose();
}
