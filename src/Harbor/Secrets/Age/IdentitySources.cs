using Harbor.Files;

namespace Harbor.Secrets.Age;

/// <param name="Source">The variable or the file that contains the identity.</param>
public sealed record SourcedIdentity(string Source, AgeIdentity Identity);

/// <summary>The private keys that were found. Zeroed when disposed.</summary>
public sealed class OwnIdentities(IReadOnlyList<SourcedIdentity> all) : IDisposable
{
    /// <summary>In the order in which they are tried.</summary>
    public IReadOnlyList<SourcedIdentity> All => all;

    public void Dispose()
    {
        foreach (var (_, identity) in all)
        {
            identity.Dispose();
        }
    }
}

/// <summary>
/// Finds X25519 identities in Harbor's own variable and in the places of sops, except SOPS_AGE_KEY_CMD, which runs a command, and ssh
/// keys.
/// </summary>
public static class IdentitySources
{
    /// <summary>Loads the identities of all places. An empty variable counts as not set.</summary>
    /// <exception cref="InvalidStackException">Lists the problems of all places, without their contents.</exception>
    public static OwnIdentities Load(IReadOnlyDictionary<string, string> environment)
    {
        var identities = new List<SourcedIdentity>();
        var problems = new List<Problem>();
        Read("AGE_PRIVATE_KEY");
        Read("SOPS_AGE_KEY");
        foreach (var file in Files(environment))
        {
            IdentityFile.Read(file, identities, problems);
        }

        var own = new OwnIdentities(identities);
        if (problems.Count == 0)
        {
            return own;
        }

        own.Dispose();
        throw new InvalidStackException(problems);

        void Read(string name)
        {
            if (Value(environment, name) is { } text)
            {
                IdentityFile.Parse(text, name, identities, problems);
            }
        }
    }

    /// <summary>The key file that a variable names, even if it does not exist, and the user's key file if it exists.</summary>
    public static IReadOnlyList<string> Files(IReadOnlyDictionary<string, string> environment)
    {
        var files = new List<string>();
        if (Value(environment, "SOPS_AGE_KEY_FILE") is { } named)
        {
            files.Add(named);
        }

        if (KeysFile(environment) is { } keys && !files.Contains(keys) && FileKinds.Read(keys) != FileKind.Missing)
        {
            files.Add(keys);
        }

        return files;
    }

    /// <summary>The user's key file for sops and Harbor; null if HOME is not set.</summary>
    public static string? KeysFile(IReadOnlyDictionary<string, string> environment) =>
        Value(environment, "XDG_CONFIG_HOME") is { } configuration && Path.IsPathRooted(configuration)
            ? Path.Combine(configuration, "sops", "age", "keys.txt")
        : Value(environment, "HOME") is { } home ? Path.Combine(home, ".config", "sops", "age", "keys.txt")
        : null;

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
