using Harbor.Processes;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

/// <summary>Against the age that is installed here. CI always has it; on another machine without it they are skipped.</summary>
public sealed class AgeToolTests : IDisposable
{
    private readonly TemporaryFolder _folder;

    public AgeToolTests()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null
            || folders.Any(folder => File.Exists(Path.Combine(folder, "age"))), "age is not installed");
        _folder = new();
    }

    public static TheoryData<int, int, bool> Cases =>
        [.. from length in (int[])[0, 32, 65536, 65537] from recipients in (int[])[1,
        3] from armor in (bool[])[false, true] select (length, recipients, armor)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_decrypts_what_Harbor_writes_for_each_recipient(int length, int recipients, bool armor)
    {
        var identities = Identities(recipients);
        var plaintext = Content(length);
        File.WriteAllBytes(_folder["file.age"], AgeFile.Encrypt(plaintext, identities.ConvertAll(identity => identity.Recipient), armor));
        foreach (var identity in identities)
        {
            File.WriteAllBytes(_folder["plain"], []); // age 1.1 makes no file for no content.
            await new Command(TestScope.New(), "age", "--decrypt", "--identity", "-", "--output",
                _folder["plain"], _folder["file.age"])
            { Input = identity.Export() }.RunAsync(CancellationToken.None);

            Assert.Equal(plaintext, File.ReadAllBytes(_folder["plain"]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Harbor_decrypts_what_it_writes_for_each_recipient(int length, int recipients, bool armor)
    {
        var identities = Identities(recipients);
        var plaintext = Content(length);
        File.WriteAllBytes(_folder["plain"], plaintext);
        string[] arguments = [.. identities.SelectMany(identity => (string[])["--recipient", identity.Recipient.ToString()]), .. armor
            ? (string[])["--armor"] : []];

        await new Command(TestScope.New(), "age", ["--encrypt", .. arguments, "--output", _folder["file.age"], _folder["plain"]])
            .RunAsync(CancellationToken.None);

        Assert.All(identities, identity => Assert.Equal(plaintext, AgeFile.Decrypt(File.ReadAllBytes(_folder["file.age"]), [identity])));
    }

    [Fact]
    public async Task Its_keygen_reads_and_writes_the_same_keys()
    {
        using var ours = AgeIdentity.Generate();
        var recipient = await new Command(TestScope.New(), "age-keygen", "-y") { Input = ours.Export() }.RunAsync(CancellationToken.None);
        Assert.Equal(ours.Recipient.ToString(), recipient.Output.Trim());

        await new Command(TestScope.New(), "age-keygen", "--output", _folder["keys.txt"]).RunAsync(CancellationToken.None);

        var (source, theirs) =
            Assert.Single(IdentitySources.Load(new Dictionary<string, string> { ["SOPS_AGE_KEY_FILE"] = _folder["keys.txt"] }).All);
        Assert.Equal(_folder["keys.txt"], source);
        Assert.Contains(theirs.Recipient.ToString(), File.ReadAllText(_folder["keys.txt"]), StringComparison.Ordinal);
    }

    private static List<AgeIdentity> Identities(int count) => [.. Enumerable.Range(0, count).Select(_ => AgeIdentity.Generate())];

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
}
