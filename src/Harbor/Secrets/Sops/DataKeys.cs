using System.Security.Cryptography;
using System.Text;
using Harbor.Secrets.Age;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>Decrypts and creates the encrypted copies of a data key, one age file for each recipient.</summary>
internal static class DataKeys
{
    /// <summary>A normal copy has about 500 bytes.</summary>
    private const int MaxEncrypted = 64 << 10;

    /// <summary>Decrypts the first copy that one of the identities can decrypt. Labels are ignored.</summary>
    /// <exception cref="InvalidStackException">No copy could be decrypted. Lists the searched places and the file's recipients.</exception>
    public static DataKey Open(SealedFile file, IReadOnlyList<SourcedIdentity> identities)
    {
        if (file.Metadata.Keys.Count == 0)
        {
            throw Faults.Create(file.Name, 0, file.Metadata.Others.Count > 0
                ? $"has no age recipient: it is encrypted only for {string.Join(", ", file.Metadata.Others)}, which is not supported. " +
                    $"Someone who can decrypt it must add an age recipient with sops."
                : "has no recipient, so nobody can decrypt it.");
        }

        var faults = new List<string>();
        var own = identities.Select(identity => identity.Identity).ToList();
        foreach (var key in file.Metadata.Keys)
        {
            if (Open(key, own, out var fault) is { } opened)
            {
                return opened;
            }

            if (fault is not null && !faults.Contains(fault))
            {
                faults.Add(fault);
            }
        }

        var looked = identities.Count == 0
            ? "no identity to decrypt it was found in AGE_PRIVATE_KEY, SOPS_AGE_KEY, SOPS_AGE_KEY_FILE or sops/age/keys.txt below the " +
                "user's configuration (~/.config)"
            : $"none of your identities decrypts it: " +
                $"{string.Join(", ", identities.Select(identity => $"{identity.Identity.Recipient} in {identity.Source}"))}";
        throw Faults.Create(
            file.Name, 0, $"{looked}. The file is for {string.Join(", ", file.Metadata.Keys.Select(key => Label(key.Recipient)))}."
            + string.Concat(faults.Select(fault => $" {fault}")));
    }

    /// <param name="rule">Has the recipients.</param>
    /// <param name="identities">Copies for these identities are decrypted again as a check.</param>
    /// <exception cref="InvalidStackException">Lists every invalid recipient.</exception>
    public static IReadOnlyList<WrappedKey> Wrap(DataKey key, CreationRule rule, IReadOnlyList<SourcedIdentity> identities)
    {
        var problems = new List<Problem>();
        var keys = new List<WrappedKey>();
        foreach (var text in rule.Recipients)
        {
            try
            {
                var recipient = AgeRecipient.Parse(text);
                keys.Add(new(recipient.ToString(), Encoding.ASCII.GetString(AgeFile.Encrypt(key.Bytes, [recipient], armor: true))));
            }
            catch (AgeException e)
            {
                problems.Add(rule.From.Problem($"{Label(text)}: {e.Message}"));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }

        foreach (var wrapped in keys)
        {
            var own = identities.Select(identity => identity.Identity)
                .Where(identity => identity.Recipient.ToString() == wrapped.Recipient).ToList();
            using var opened = own.Count == 0 ? null : Open(wrapped, own, out _);
            if (own.Count > 0 && (opened is null || !CryptographicOperations.FixedTimeEquals(opened.Bytes, key.Bytes)))
            {
                throw new InvalidOperationException("A new copy of the data key could not be decrypted.");
            }
        }

        return keys;
    }

    /// <summary>
    /// Finds false labels: our key's label on a copy that our key can't decrypt, or another label on a copy that it can. Encrypting to the
    /// labels of such a file would let a stranger decrypt it.
    /// </summary>
    /// <exception cref="InvalidStackException">There is a false label.</exception>
    public static void ThrowIfLabelsAreFalse(SealedFile file, IReadOnlyList<SourcedIdentity> identities)
    {
        foreach (var key in file.Metadata.Keys)
        {
            foreach (var (_, identity) in identities)
            {
                using var opened = Open(key, [identity], out _);
                var isOurs = identity.Recipient.ToString() == key.Recipient;
                if (isOurs && opened is null)
                {
                    throw Fault("has the label of your key, but your key does not decrypt it");
                }

                if (!isOurs && opened is not null)
                {
                    throw Fault($"is encrypted for {identity.Recipient}, but has another label");
                }
            }

            InvalidStackException Fault(string what) =>
                Faults.Create(file.Name, 0, $"the copy of the data key for {Label(key.Recipient)} " +
                $"{what}: someone changed the recipients by hand. Restore the file from git, and find out who changed it.");
        }
    }

    public static string Label(string recipient) => Excerpt.Of(recipient, longest: 64);

    private static DataKey? Open(WrappedKey key, IReadOnlyList<AgeIdentity> identities, out string? fault)
    {
        fault = key.Encrypted.Length > MaxEncrypted ? $"The copy for {Label(key.Recipient)} is too long." : null;
        if (fault is not null)
        {
            return null;
        }

        try
        {
            var bytes = AgeFile.Decrypt(Encoding.UTF8.GetBytes(key.Encrypted), identities);
            if (bytes.Length == DataKey.Size)
            {
                return new(bytes);
            }

            CryptographicOperations.ZeroMemory(bytes);
            fault = $"The copy for {Label(key.Recipient)} is not a data key.";
        }
        catch (AgeException e) when (e.Fault != AgeFault.NoMatch)
        {
            fault = $"The copy for {Label(key.Recipient)}: {e.Message}";
        }
        catch (AgeException)
        {
            // The copy is for another recipient.
        }

        return null;
    }
}
