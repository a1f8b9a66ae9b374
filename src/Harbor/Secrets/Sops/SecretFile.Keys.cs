namespace Harbor.Secrets.Sops;

public sealed partial class SecretFile
{
    /// <summary>A new data key and new texts of all values, for the recipients that the file has.</summary>
    /// <exception cref="InvalidStackException">The recipients are not those of <c>.sops.yaml</c>: one could have been put there to get the new key.</exception>
    public void Rotate()
    {
        using var locked = Lock();
        using var identities = Identities();
        var before = Read(forWriting: true);
        using var open = Open(before, identities);
        RefuseOthers(open.File);
        DataKeys.RefuseFalseLabels(open.File, identities.All);
        var (added, missing, found) = Differences(open.File);
        var rule = found ?? throw NoRule();
        if (added.Count > 0 || missing.Count > 0)
        {
            throw Faults.At(Name, 0, $"its recipients are not those of {rule.From.File}:{rule.From.Line}, and who put them there is not known.{Listed(" Only in the file: ", added)}{Listed(" Only in the rule: ", missing)} Look at both in git, then let the file follow the rule with SecretsUpdateKeys.");
        }

        using var key = DataKey.Generate();
        Save(open.SealWith(key, DataKeys.Wrap(key, rule, identities.All), time.GetUtcNow()), before, key, open.Plain());
    }

    /// <summary>The same data key for the recipients of <c>.sops.yaml</c>, whatever the file says.</summary>
    /// <returns>Who was added, and who removed; both empty where nothing was to do, and the file is as it was.</returns>
    /// <exception cref="InvalidStackException">Labels in the file are false, or you would be locked out.</exception>
    public (IReadOnlyList<string> Added, IReadOnlyList<string> Removed) UpdateKeys()
    {
        using var locked = Lock();
        using var identities = Identities();
        var before = Read(forWriting: true);
        using var open = Open(before, identities);
        RefuseOthers(open.File);
        DataKeys.RefuseFalseLabels(open.File, identities.All);
        var (removed, added, found) = Differences(open.File);
        var rule = found ?? throw NoRule();
        if (added.Count == 0 && removed.Count == 0)
        {
            return (added, removed);
        }

        if (!identities.All.Any(identity => rule.Recipients.Contains(identity.Identity.Recipient.ToString())))
        {
            throw rule.Fault("none of your identities is among the recipients of the rule: you could not open the file any more. Let one of the recipients do it.");
        }

        Save(open.SealFor(DataKeys.Wrap(open.Key, rule, identities.All), time.GetUtcNow()), before, open.Key, open.Plain());
        return (added, removed);
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

    private void RefuseOthers(SealedFile sealedFile)
    {
        if (sealedFile.Metadata.Others.Count > 0)
        {
            throw Faults.At(Name, 0, $"is encrypted for {string.Join(", ", sealedFile.Metadata.Others)} too, which Harbor can't encrypt to: they would be locked out. Use sops for it.");
        }
    }
}
