using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

public sealed partial class SecretFile
{
    /// <summary>Makes a new data key and encrypts all values with it, for the same recipients.</summary>
    /// <exception cref="InvalidStackException">The recipients differ from <c>.sops.yaml</c>. An attacker could have added a recipient to
    /// get the new key.</exception>
    public void Rotate() => Change((open, identities) =>
    {
        var (added, missing, rule) = TrustedDifferences(open.File, identities);
        if (added.Count > 0 || missing.Count > 0)
        {
            throw Faults.Create(Name, 0, $"its recipients differ from {rule.From.File}:{rule.From.Line}, so someone may have added " +
                $"one.{Listed(" Only in the file: ", added)}{Listed(" Only in the rule: ", missing)} Check both in git, then run " +
                $"SecretsUpdateKeys to apply the rule.");
        }

        var key = DataKey.Generate();
        return (open.SealWith(key, DataKeys.Wrap(key, rule, identities), time.GetUtcNow()), key);
    });

    /// <summary>Encrypts the same data key for the recipients of <c>.sops.yaml</c>, in place of the file's recipients.</summary>
    /// <returns>Added and removed recipients; both empty if nothing changed.</returns>
    /// <exception cref="InvalidStackException">The file has a false label, or no identity of the user is among the new
    /// recipients.</exception>
    public (IReadOnlyList<string> Added, IReadOnlyList<string> Removed) UpdateKeys()
    {
        IReadOnlyList<string> added = [], removed = [];
        Change((open, identities) =>
        {
            (removed, added, var rule) = TrustedDifferences(open.File, identities);
            if (added.Count == 0 && removed.Count == 0)
            {
                return null;
            }

            return identities.Any(identity => rule.Recipients.Contains(identity.Identity.Recipient.ToString()))
                ? (open.SealFor(DataKeys.Wrap(open.Key, rule, identities), time.GetUtcNow()), open.Key)
                : throw rule.Fault(
                    "none of your identities is among the recipients of the rule, so you could no longer decrypt the file. " +
                    "One of the recipients must run this.");
        });
        return (added, removed);
    }

    /// <exception cref="InvalidStackException">The file has a false label or recipients other than age, or there is no rule.</exception>
    private (IReadOnlyList<string> OnlyInFile, IReadOnlyList<string> OnlyInRule, CreationRule Rule) TrustedDifferences(
        SealedFile sealedFile, IReadOnlyList<SourcedIdentity> identities)
    {
        if (sealedFile.Metadata.Others.Count > 0)
        {
            throw Faults.Create(
                Name, 0, $"is encrypted for {string.Join(", ", sealedFile.Metadata.Others)} too, which Harbor can't encrypt " +
                $"to; they would lose access. Use sops for this file.");
        }

        DataKeys.ThrowIfLabelsAreFalse(sealedFile, identities);
        var (onlyInFile, onlyInRule, rule) = Differences(sealedFile);
        return (onlyInFile, onlyInRule, rule ?? throw NoRule());
    }

    private (IReadOnlyList<string> OnlyInFile, IReadOnlyList<string> OnlyInRule, CreationRule? Rule) Differences(SealedFile sealedFile)
    {
        if (CreationRules.For(_path, paths.Relative) is not { } rule)
        {
            return ([], [], null);
        }

        var own = sealedFile.Metadata.Keys.Select(key => key.Recipient).ToList();
        return ([.. own.Except(rule.Recipients)], [.. rule.Recipients.Except(own)], rule);
    }

    private CreationRule Rule() => CreationRules.For(_path, paths.Relative) ?? throw NoRule();

    private InvalidStackException NoRule() =>
        Faults.Create(
            Name, 0, $"there is no {CreationRules.FileName} in its folder or above, which lists the recipients. See docs/secrets.md.");
}
