namespace Harbor.Secrets.Sops;

/// <summary>How a new file is encrypted, and which recipients an existing file should have.</summary>
/// <param name="From">Place of the rule.</param>
/// <param name="Recipients">Public age keys, each once, in the rule's order.</param>
internal sealed record CreationRule(Location From, IReadOnlyList<string> Recipients, EncryptionRule? Rule, bool MacOnlyEncrypted)
{
    public InvalidStackException Fault(string message) => new([From.Problem(message)]);
}
