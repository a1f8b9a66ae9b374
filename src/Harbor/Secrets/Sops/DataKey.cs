using System.Security.Cryptography;

namespace Harbor.Secrets.Sops;

/// <summary>The 32 bytes that encrypt the values of one file. Zeroed when disposed.</summary>
internal sealed class DataKey : IDisposable
{
    public const int Size = 32;

    public DataKey(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static DataKey Generate() => new(RandomNumberGenerator.GetBytes(Size));

    public void Dispose() => CryptographicOperations.ZeroMemory(Bytes);
}
