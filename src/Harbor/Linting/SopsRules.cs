using Harbor.Secrets.Sops;

namespace Harbor.Linting;

/// <summary>
/// Checks whether a SOPS file is encrypted as its metadata and <c>.sops.yaml</c> demand. It needs no key, so it can't check the MAC.
/// </summary>
internal static class SopsRules
{
    public const string Unencrypted = "sops-unencrypted";
    public const string NoMac = "sops-mac-missing";
    public const string Recipients = "sops-recipients";
    public const string SingleRecipient = "sops-single-recipient";
    public const string OtherKeys = "sops-other-keys";
    public const string MacOnlyEncrypted = "sops-mac-only-encrypted";
    public const string Configuration = "sops-configuration";

    private static readonly string[] Others = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "shamir_threshold"];

    /// <summary>The rules for every version of the file, also in the history.</summary>
    public static IEnumerable<Finding> Content(LintText file)
    {
        if (Read(file, out var sops) is { } unreadable)
        {
            return [unreadable];
        }

        if (sops.Metadata.Count == 0)
        {
            return [CreateFinding(file, 0, Unencrypted, "metadata",
                "is not encrypted, because it has no sops metadata. Encrypt it and change the secrets in it, or rename it.")];
        }

        var noMac = sops["mac"] is null
            ? CreateFinding(file, sops.Metadata[0]
            .Line, NoMac, "mac", "has no MAC in its metadata, so changes can't be detected. Encrypt it again.") : null;
        return [.. noMac is null ? Array.Empty<Finding>() : [noMac], .. Values(file, sops)];
    }

    /// <summary>The rules for the current version of the file.</summary>
    public static IEnumerable<Finding> Keys(LintText file, SopsConfiguration? configuration)
    {
        if (Read(file, out var sops) is not null || sops.Metadata.Count == 0)
        {
            yield break;
        }

        var line = sops.Metadata[0].Line;
        if (configuration?.RuleFor(file.Path) is { Recipients.Count: > 0 } rule && !rule.Recipients.SequenceEqual(sops.Recipients))
        {
            var missing = string.Join(", ", rule.Recipients.Except(sops.Recipients).Select(name => $"lacks {name}"));
            var extra = string.Join(", ", sops.Recipients.Except(rule.Recipients).Select(name => $"has {name}"));
            yield return CreateFinding(file, line, Recipients, $"{missing} {extra}",
                $"its recipients are not those of {configuration.File}:{rule.Line}: " +
                $"{missing}{(missing.Length > 0 && extra.Length > 0 ? ", " : "")}{extra}. Run sops updatekeys, or correct the rule.");
        }

        if (sops.Recipients.Count == 1)
        {
            yield return CreateFinding(file, line, SingleRecipient, sops.Recipients[0],
                "has one recipient; if that key is lost, nobody can decrypt the file. Add a second recipient whose key is kept " +
                "offline.") with
            { IsError = false };
        }

        if (sops.Metadata.FirstOrDefault(leaf => leaf.Path.Count > 1 && Others.Contains(leaf.Path[1])
            && leaf.Value is not ("" or "0" or "[]")) is { } other)
        {
            yield return CreateFinding(file, other.Line, OtherKeys, other.Path[1],
                $"its metadata has {other.Path[1]}; Harbor supports only age.") with
            { IsError = false };
        }

        if (sops["mac_only_encrypted"] is "true")
        {
            yield return CreateFinding(file, line, MacOnlyEncrypted, "true",
                "has mac_only_encrypted, so changes of plain values can't be detected.") with
            { IsError = false };
        }
    }

    private static Finding? Read(LintText file, out SopsFile sops)
    {
        try
        {
            sops = SopsFile.Read(file);
            return null;
        }
        catch (FormatException)
        {
            sops = new SopsFile([]);
            return CreateFinding(file, 0, Unencrypted, "format", "does not have the format of its extension, so it may be in plain text.");
        }
    }

    private static IEnumerable<Finding> Values(LintText file, SopsFile sops)
    {
        // Comments select the encrypted values, but may be encrypted themselves. Without the key nothing can be checked.
        if (sops["encrypted_comment_regex"] is { Length: > 0 } || sops["unencrypted_comment_regex"] is { Length: > 0 })
        {
            return [];
        }

        var isSelected = Selection(file, sops);
        return sops.Values.Where(leaf => leaf.Value.Length > 0 && !leaf.Value.StartsWith("ENC[", StringComparison.Ordinal))
            .Select(leaf => Value(file, leaf, isSelected(leaf))).OfType<Finding>();
    }

    /// <summary>Selects the values that should be encrypted, by SOPS's rules; all values if the rule is invalid.</summary>
    private static Func<SopsLeaf, bool> Selection(LintText file, SopsFile sops)
    {
        try
        {
            var rule = EncryptionRule.Read(name => sops[name], file.Path, sops.Metadata[0].Line) ?? EncryptionRule.Default;
            return leaf => leaf.Path.Any(rule.Matches) == rule.SelectsMatches;
        }
        catch (InvalidStackException)
        {
            return _ => true;
        }
    }

    private static Finding? Value(LintText file, SopsLeaf leaf, bool isSelected)
    {
        var match = $"{string.Join('.', leaf.Path)}={leaf.Value}";
        if (isSelected)
        {
            return CreateFinding(
                file, leaf.Line, Unencrypted, match, $"{leaf.Name} is in plain text in an encrypted file, probably after a " +
                $"manual edit or a merge. Encrypt the file again, and change the value.");
        }

        var strong = SecretNames.IsStrong(leaf.Value) && SecretNames.IsSecret(leaf.Name);
        return strong || (SecretNames.IsSecret(leaf.Name) && !SecretNames.IsPlaceholder(leaf.Value))
            || (SecretNames.IsStrong(leaf.Value) && SecretNames.Entropy(leaf.Value) > 4)
            ? CreateFinding(file, leaf.Line, PlaintextSecrets.PlaintextSecret, match,
                $"{leaf.Name} looks like a secret, but the file's own rules leave it in plain text.") with
            { IsError = strong }
            : null;
    }

    private static Finding CreateFinding(LintText file, int line, string rule, string match, string message) =>
        Finding.Create(file.Path, line, rule, isError: true, match, message);
}
