using System.Security.Cryptography;
using System.Text;

namespace Harbor.Linting;

/// <summary>What the linked detectors of Harbor's lint report. It never contains the matched text.</summary>
internal sealed record Finding(string File, int Line, string Rule, bool IsError, string Fingerprint, string Message)
{
    public static string FingerprintOf(string match) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(match)))[..8];
}
