using Harbor.Descriptors;

namespace Harbor.Secrets.Sops;

/// <summary>How a new file is encrypted, and who is to read an old one.</summary>
/// <param name="From">File and line of the rule.</param>
/// <param name="Recipients">Public keys of age, each once, in their order.</param>
internal sealed record CreationRule(Location From, IReadOnlyList<string> Recipients, EncryptionRule? Rule, bool MacOnlyEncrypted)
{
    public InvalidStackException Fault(string message) => new([From.Problem(message)]);
}
