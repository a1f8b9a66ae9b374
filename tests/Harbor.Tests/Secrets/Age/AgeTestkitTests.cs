using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

/// <summary>The testkit of age's author: every file says what a reader has to make of it.</summary>
public sealed class AgeTestkitTests
{
    private static readonly string[] Files =
        [.. Directory.EnumerateFiles(Path.Combine(AgeData.Folder, "age-testkit")).Select(Path.GetFileName).Order()!];

    public static TheoryData<string> X25519Files => [.. Files.Where(name => !IsHybrid(name) && !IsScrypt(name))];

    public static TheoryData<string> HybridFiles => [.. Files.Where(IsHybrid)];

    public static TheoryData<string> ScryptFiles => [.. Files.Where(IsScrypt)];

    [Fact]
    public void The_kit_is_whole() => Assert.Equal((143, 19, 26), (Files.Length, HybridFiles.Count, ScryptFiles.Count));

    [Theory]
    [MemberData(nameof(X25519Files))]
    public void A_file_is_read_or_refused_as_it_says(string name)
    {
        var kit = TestkitFile.Read(name);
        var identities = kit.Values("identity").Select(AgeIdentity.Parse).ToList();
        if (kit.Value("expect") == "success")
        {
            Assert.Equal(kit.Value("payload"), Hash(AgeFile.Decrypt(kit.File, identities)));
            return;
        }

        AgeData.Refused(() => AgeFile.Decrypt(kit.File, identities), kit.Value("expect") switch
        {
            "armor failure" => AgeFault.Armor,
            "header failure" => AgeFault.Header,
            "HMAC failure" => AgeFault.Mac,
            "no match" => AgeFault.NoMatch,
            "payload failure" => AgeFault.Payload,
            var other => throw new InvalidDataException(other),
        });
        if (kit.Value("expect") == "payload failure")
        {
            var fileKey = AgeFile.OpenHeader(kit.File, identities, out var payload);
            var plaintext = new byte[payload.Length];
            var (length, damage) = Payload.Open(payload, fileKey, plaintext);

            Assert.NotNull(damage);
            Assert.Equal(kit.Value("payload"), Hash(plaintext.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(HybridFiles))]
    public void Post_quantum_identities_and_files_are_refused_as_unsupported(string name)
    {
        var kit = TestkitFile.Read(name);
        foreach (var text in kit.Values("identity").Where(text => text.Contains("-PQ-", StringComparison.Ordinal)))
        {
            AgeData.Refused(() => AgeIdentity.Parse(text), AgeFault.Unsupported);
        }

        using var stranger = AgeIdentity.Generate();
        AgeData.Refused(() => AgeFile.Decrypt(kit.File, [stranger]), name switch
        {
            "hybrid_not_canonical_body" or "hybrid_x25519_arg" => AgeFault.Header,
            "hybrid_uppercase" => AgeFault.NoMatch, // A kind that nobody knows.
            _ => AgeFault.Unsupported,
        });
    }

    [Theory]
    [MemberData(nameof(ScryptFiles))]
    public void Passphrases_are_refused_as_unsupported(string name)
    {
        var kit = TestkitFile.Read(name);
        using var stranger = AgeIdentity.Generate();

        AgeData.Refused(() => AgeFile.Decrypt(kit.File, [stranger]), name switch
        {
            "scrypt_and_x25519" or "scrypt_double" or "scrypt_not_canonical_body" => AgeFault.Header,
            "scrypt_uppercase" => AgeFault.NoMatch, // A kind that nobody knows.
            _ => AgeFault.Unsupported,
        });
    }

    private static bool IsHybrid(string name) => name.Contains("hybrid", StringComparison.Ordinal);

    private static bool IsScrypt(string name) => name.Contains("scrypt", StringComparison.Ordinal);

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Lines <c>name: value</c>, an empty line, the age file.</summary>
    private sealed record TestkitFile(ILookup<string, string> Lines, byte[] File)
    {
        public static TestkitFile Read(string name)
        {
            var bytes = AgeData.Bytes(Path.Combine("age-testkit", name));
            var end = bytes.AsSpan().IndexOf("\n\n"u8);
            var lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n').Select(line => line.Split(": ", 2))
                .ToLookup(pair => pair[0], pair => pair[1]);
            var file = bytes[(end + 2)..];
            return new(lines, lines["compressed"].Any() ? Inflate(file) : file);
        }

        public string Value(string name) => Lines[name].Single();

        public IEnumerable<string> Values(string name) => Lines[name];

        private static byte[] Inflate(byte[] bytes)
        {
            using var inflated = new MemoryStream();
            using var source = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
            source.CopyTo(inflated);
            return inflated.ToArray();
        }
    }
}
