using Harbor.Files;

namespace Harbor.Secrets.Age;

/// <summary>An identity, and where it was found: the name of a variable or the path of a file.</summary>
public sealed record SourcedIdentity(string Source, AgeIdentity Identity);

/// <summary>Private keys that were read, wiped when disposed.</summary>
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

/// <summary>The places where sops looks for X25519 identities, and Harbor's own variable before them. What runs a command (SOPS_AGE_KEY_CMD) and ssh keys are left out.</summary>
public static class IdentitySources
{
    /// <summary>The identities of all places; none where there are none. An empty variable is one that is not set.</summary>
    /// <exception cref="InvalidStackException">With everything that is wrong in all places, and nothing of what stands there.</exception>
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

    /// <summary>The key files: the one that is named, there or not, and the user's own where there is one.</summary>
    public static IReadOnlyList<string> Files(IReadOnlyDictionary<string, string> environment)
    {
        var files = new List<string>();
        if (Value(environment, "SOPS_AGE_KEY_FILE") is { } named)
        {
            files.Add(named);
        }

        if (KeysFile(environment) is { } keys && !files.Contains(keys) && FileKinds.Of(keys) != FileKind.Missing)
        {
            files.Add(keys);
        }

        return files;
    }

    /// <summary>Where sops and Harbor look for the user's own keys; null where the user has no home.</summary>
    public static string? KeysFile(IReadOnlyDictionary<string, string> environment) =>
        Value(environment, "XDG_CONFIG_HOME") is { } configuration && Path.IsPathRooted(configuration) ? Path.Combine(configuration, "sops", "age", "keys.txt")
        : Value(environment, "HOME") is { } home ? Path.Combine(home, ".config", "sops", "age", "keys.txt")
        : null;

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
