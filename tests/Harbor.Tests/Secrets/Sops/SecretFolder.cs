using System.Text;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>A project with a <c>.sops.yaml</c> and two keys: ours, which is in the environment, and another person's.</summary>
internal sealed class SecretFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SecretFolder() => Rule($"age: {Own.Recipient}");

    public AgeIdentity Own { get; } = AgeIdentity.Generate();

    public AgeIdentity Other { get; } = AgeIdentity.Generate();

    public ProjectPaths Paths => _folder.Paths;

    public string this[string name] => _folder[name];

    public Dictionary<string, string> Environment => new() { ["AGE_PRIVATE_KEY"] = Own.Export() };

    public void Dispose()
    {
        _folder.Dispose();
        Own.Dispose();
        Other.Dispose();
    }

    public void Rule(string fields) =>
        Write(".sops.yaml", $"creation_rules:\n  - {fields.Replace("\n", "\n    ", StringComparison.Ordinal)}\n");

    public void Write(string name, string text) => _folder.Write(name, text);

    public string Text(string name) => File.ReadAllText(this[name]);

    public SecretFile Open(string name) => new(Paths, name, Environment, TimeProvider.System);

    public SecretFile Encrypted(string name, string plain)
    {
        var file = Open(name);
        file.Encrypt(() => Encoding.UTF8.GetBytes(plain));
        return file;
    }

    public string DecryptedBy(AgeIdentity identity, string name) =>
        Encoding.UTF8.GetString(
            new SecretFile(Paths, name, new Dictionary<string, string> { ["SOPS_AGE_KEY"] = identity.Export() }, TimeProvider.System)
            .Decrypt());

    /// <summary>The error of what must be refused, with the file unchanged.</summary>
    public string Refused(string name, Action action)
    {
        var before = Text(name);
        var error = Assert.Throws<InvalidStackException>(action);
        Assert.Equal(before, Text(name));
        Assert.Null(error.InnerException);
        return error.Message;
    }
}
