using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

public sealed partial class SecretFile
{
    /// <summary>A new data key and new texts of all values, for the recipients that the file has.</summary>
    /// <exception cref="InvalidStackException">The recipients are not those of <c>.sops.yaml</c>: one could have been put there to get the new key.</exception>
    public void Rotate() => Change((open, identities) =>
    {
        var (added, missing, rule) = TrustedDifferences(open.File, identities);
        if (added.Count > 0 || missing.Count > 0)
        {
            throw Faults.At(Name, 0, $"its recipients are not those of {rule.From.File}:{rule.From.Line}, and who put them there is not known.{Listed(" Only in the file: ", added)}{Listed(" Only in the rule: ", missing)} Look at both in git, then let the file follow the rule with SecretsUpdateKeys.");
        }

        var key = DataKey.Generate();
        return (open.SealWith(key, DataKeys.Wrap(key, rule, identities), time.GetUtcNow()), key);
    });

    /// <summary>The same data key for the recipients of <c>.sops.yaml</c>, whatever the file says.</summary>
    /// <returns>Who was added, and who removed; both empty where nothing was to do, and the file is as it was.</returns>
    /// <exception cref="InvalidStackException">Labels in the file are false, or you would be locked out.</exception>
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
                : throw rule.Fault("none of your identities is among the recipients of the rule: you could not open the file any more. Let one of the recipients do it.");
        });
        return (added, removed);
    }

    /// <exception cref="InvalidStackException">Labels in the file are false, it is for others than age recipients too, or there is no rule.</exception>
    private (IReadOnlyList<string> OnlyInFile, IReadOnlyList<string> OnlyInRule, CreationRule Rule) TrustedDifferences(SealedFile sealedFile, IReadOnlyList<SourcedIdentity> identities)
    {
        if (sealedFile.Metadata.Others.Count > 0)
        {
            throw Faults.At(Name, 0, $"is encrypted for {string.Join(", ", sealedFile.Metadata.Others)} too, which Harbor can't encrypt to: they would be locked out. Use sops for it.");
        }

        DataKeys.RefuseFalseLabels(sealedFile, identities);
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
        Faults.At(Name, 0, $"there is no {CreationRules.FileName} beside it or above: it says who may read the file. See docs/secrets.md.");
}
