namespace Harbor.Hashing;

/// <summary>
/// A project's secret key for hashes. Hashes of secrets are saved, and stand in labels that everybody can read. Without the key nobody can
/// find the value by trying.
/// </summary>
/// <param name="bytes">At least 32 random bytes, kept 0600.</param>
public sealed class ProjectKey(byte[] bytes)
{
    private readonly byte[] _bytes = bytes;

    /// <summary>A hash of several named parts.</summary>
    public KeyedHash Begin() => new(_bytes);

    /// <summary>HMAC-SHA256 of one value, in hexadecimal digits.</summary>
    public string Hash(ReadOnlySpan<byte> value, int digits = 64) => Convert.ToHexStringLower(Sha256.Hmac(_bytes, value))[..digits];
}
