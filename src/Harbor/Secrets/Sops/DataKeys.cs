using System.Security.Cryptography;
using System.Text;
using Harbor.Descriptors.Yaml;
using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

/// <summary>Opens and makes the copies of a data key, one age file for each recipient.</summary>
internal static class DataKeys
{
    /// <summary>An armored age file over 32 bytes has some 500 bytes.</summary>
    private const int MaxEncrypted = 64 << 10;

    /// <summary>The first copy that one of the identities opens, whatever its label says.</summary>
    /// <exception cref="InvalidStackException">None opens: with the places where identities were looked for, and the recipients of the file.</exception>
    public static DataKey Open(SealedFile file, IReadOnlyList<SourcedIdentity> identities)
    {
        if (file.Metadata.Keys.Count == 0)
        {
            throw Faults.At(file.Name, 0, file.Metadata.Others.Count > 0
                ? $"has no age recipient: it is encrypted for {string.Join(", ", file.Metadata.Others)} only, which is not supported. Let someone who can open it add an age recipient with sops."
                : "has no recipient: nobody can open it.");
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
            ? "no identity to open it with was found in AGE_PRIVATE_KEY, SOPS_AGE_KEY, SOPS_AGE_KEY_FILE or sops/age/keys.txt below the user's configuration (~/.config)"
            : $"no identity opens it: there are {string.Join(", ", identities.Select(identity => $"{identity.Identity.Recipient} in {identity.Source}"))}";
        throw Faults.At(file.Name, 0, $"{looked}. The file is for {string.Join(", ", file.Metadata.Keys.Select(key => Label(key.Recipient)))}."
            + string.Concat(faults.Select(fault => $" {fault}")));
    }

    /// <param name="rule">Where the recipients stand.</param>
    /// <param name="identities">What is encrypted to one of these is opened again, to be sure.</param>
    /// <exception cref="InvalidStackException">With every recipient that is none.</exception>
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
            var own = identities.Select(identity => identity.Identity).Where(identity => identity.Recipient.ToString() == wrapped.Recipient).ToList();
            using var opened = own.Count == 0 ? null : Open(wrapped, own, out _);
            if (own.Count > 0 && (opened is null || !CryptographicOperations.FixedTimeEquals(opened.Bytes, key.Bytes)))
            {
                throw new InvalidOperationException("A copy of the data key that was just made does not open.");
            }
        }

        return keys;
    }

    /// <summary>Labels that lie: ours on what we can't open, or another's on what we can. Whoever encrypts to the labels of such a file encrypts to a stranger.</summary>
    /// <exception cref="InvalidStackException">There is one.</exception>
    public static void RefuseFalseLabels(SealedFile file, IReadOnlyList<SourcedIdentity> identities)
    {
        foreach (var key in file.Metadata.Keys)
        {
            foreach (var (_, identity) in identities)
            {
                using var opened = Open(key, [identity], out _);
                var isOurs = identity.Recipient.ToString() == key.Recipient;
                if (isOurs && opened is null)
                {
                    throw Fault("is labelled with a key of yours, which does not open it");
                }

                if (!isOurs && opened is not null)
                {
                    throw Fault($"is for {identity.Recipient}, and labelled otherwise");
                }
            }

            InvalidStackException Fault(string what) => Faults.At(file.Name, 0, $"the copy of the data key for {Label(key.Recipient)} {what}: someone changed the recipients by hand. Take the file from git again, and look who did.");
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
            fault = $"The copy for {Label(key.Recipient)} is no data key.";
        }
        catch (AgeException e) when (e.Fault != AgeFault.NoMatch)
        {
            fault = $"The copy for {Label(key.Recipient)}: {e.Message}";
        }
        catch (AgeException)
        {
            // Someone else's.
        }

        return null;
    }
}
