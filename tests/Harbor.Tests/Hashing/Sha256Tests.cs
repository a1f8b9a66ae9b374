using System.Security.Cryptography;
using Harbor.Hashing;

namespace Harbor.Tests.Hashing;

public sealed class Sha256Tests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(Sha256.Small)]
    [InlineData(Sha256.Small + 1)]
    [InlineData(3 * Sha256.Small)]
    public void Small_and_large_values_have_the_hashes_that_the_system_computes(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);

        Assert.Equal(SHA256.HashData(bytes), Sha256.Hash(bytes));
        Assert.Equal(HMACSHA256.HashData(Key, bytes), Sha256.Hmac(Key, bytes));
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Key, bytes)), new ProjectKey(Key).Hash(bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Sha256.Small / 3)]
    [InlineData(Sha256.Small)]
    [InlineData(Sha256.Small + 1)]
    public void Parts_are_hashed_as_one_text_however_long_they_become(int length)
    {
        byte[][] parts = [.. Enumerable.Range(0, 5).Select(_ => RandomNumberGenerator.GetBytes(length))];
        using var hash = new ProjectKey(Key).Begin();
        foreach (var part in parts)
        {
            hash.Append(part);
        }

        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Key, parts.SelectMany(part => part).ToArray())), hash.ToHex());
    }
}
