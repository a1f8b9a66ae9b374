using System.Security.Cryptography;
using System.Text;
using Harbor.Linting;

namespace Harbor.Tests.Linting;

/// <summary>Keys to be found, made at run time: written out here, they would be found in this file.</summary>
internal static class Planted
{
    /// <summary>A public test key of helm-secrets, from behind.</summary>
    public static string AgeKey { get; } = Reversed("TL0GGVSZH8JRPS2MDJ9X306GQ83CU4SJWXTX89XVF7XSM620YHZWYHAX9E1-YEK-TERCES-EGA");

    /// <summary>Hybrid (ML-KEM and X25519), made for tests, from behind.</summary>
    public static string AgePostQuantumKey { get; } =
        Reversed("UMLQXNQL4HZU484QTQD5P83S299HWPWSYMXF9HYH534C6N2U7TZ4C7ASD91-QP-YEK-TERCES-EGA");

    public static string Dummy { get; } = "AGE-SECRET-KEY-1" + new string('Q', 58);

    public static string Pem { get; } = ECDsa.Create().ExportPkcs8PrivateKeyPem();

    public static string EncryptedPem { get; } = ECDsa.Create()
        .ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));

    public static string Strong { get; } = Convert.ToBase64String(SHA256.HashData("strong"u8))[..32].Replace('+', 'x').Replace('/', 'y');

    public static string Armored(string label, int bytes = 200) =>
        $"-----BEGIN {label}-----\n" +
        Convert.ToBase64String([.. SHA256.HashData("a"u8), .. new byte[bytes]], Base64FormattingOptions.InsertLineBreaks) +
        $"\n-----END {label}-----\n";

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Reversed(string text) => string.Concat(text.Reverse());

    /// <summary>"severity rule line" of each finding.</summary>
    public static IEnumerable<string> Describe(IEnumerable<Finding> findings) =>
        findings.Select(finding => $"{(finding.IsError ? "error" : "warning")} {finding.Rule} {finding.Line}");
}
