using System.Text;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>Every file of MANIFEST.json and VERDICTS.tsv behaves as real sops 3.13.2 was measured to, or is refused by name.</summary>
public sealed class ManifestTests
{
    /// <summary>What real sops takes and Harbor does not: docs/secrets.md, "What is supported".</summary>
    private static readonly Dictionary<string, string> Stricter = new()
    {
        ["06-append-empty-duplicate-A.env"] = "has no value here, but occurs on another line too",
        ["28-trailing-garbage-after-bracket.env"] = "the text is damaged",
    };

    public static TheoryData<string, string, string?, string, string?> Manifest()
    {
        using var document = Vectors.Json("MANIFEST.json");
        var data = new TheoryData<string, string, string?, string, string?>();
        foreach (var vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string? Text(string name) => vector.GetProperty(name).GetString();
            data.Add(Text("file")!, Text("format")!, Text("identity"), Text("expect")!, Text("expected_plaintext"));
        }

        return data;
    }

    public static TheoryData<string, string> Verdicts() =>
        [.. Encoding.UTF8.GetString(Vectors.Read("tampered/VERDICTS.tsv")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(line => line.Split('\t')).Select(cells => (cells[0], cells[2]))];

    [Theory]
    [MemberData(nameof(Manifest))]
    public void A_file_of_the_manifest_behaves_as_it_says(string file, string format, string? identity, string expect, string? expected)
    {
        if (format == "ini")
        {
            Refused("SOPS INI files are not supported");
            return;
        }

        switch (expect)
        {
            case "ok":
                Assert.Equal(Vectors.Read(expected!), Decrypt(file, identity, format == "binary" ? "file" : null));
                break;
            case "no-age-recipient":
                Refused("has no age recipient: it is encrypted only for pgp");
                break;
            case "unsupported-recipient":
                Refused("post-quantum");
                break;
            case "unsupported-key-groups":
                Refused("has 2 key groups (shamir_threshold 2)");
                break;
            case "unsupported-comment-regex":
                Refused("unencrypted_comment_regex is not supported");
                break;
            case "real-sops-reject":
                Refused("");
                break;
            case "real-sops-accept":
                break; // Below, by its verdict.
            default:
                Assert.Fail($"{expect} is new");
                break;
        }

        void Refused(string message) =>
            Assert.Contains(message, Assert.Throws<InvalidStackException>(() => Decrypt(file, identity)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void What_sops_rejects_is_rejected_and_of_the_rest_what_would_harm(string file, string verdict)
    {
        var error = Record.Exception(() => Decrypt($"tampered/{file}", "tampered/key.txt"));
        if (verdict == "ACCEPT" && !Stricter.ContainsKey(file))
        {
            Assert.Null(error);
            return;
        }

        Assert.IsType<InvalidStackException>(error);
        Assert.Contains(Stricter.GetValueOrDefault(file, ""), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("attacker", error.Message, StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void Who_was_removed_by_a_rotation_opens_the_file_no_more()
    {
        var error = Assert.Throws<InvalidStackException>(
            () => Decrypt("generated-by-real-sops/3.13.2/chain3-rotate-rmA.sops.env", "generated-by-real-sops/id-a.txt"));

        Assert.Contains(
            "none of your identities decrypts it: age15vvsjq0msj2s5hk5suytv63knh5kkdm9zhmjtq5v9g4ua666xvusmxnlu4 in test. The " +
            "file is for age1d79mrn", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Identities of a kind that is not supported are left out: the files for them shall say so themselves.</summary>
    internal static List<SourcedIdentity> Identities(string? file)
    {
        var lines = file is null ? [] : Encoding.UTF8.GetString(Vectors.Read(file)).Split('\n');
        return [.. lines.Where(line => line.StartsWith("AGE-SECRET-KEY-1", StringComparison.Ordinal))
            .Select(line => new SourcedIdentity("test", AgeIdentity.Parse(line)))];
    }

    /// <param name="name">The format goes by it; null: the file's own.</param>
    internal static byte[] Decrypt(string file, string? identity, string? name = null)
    {
        var sealedFile = SealedFile.Read(Vectors.Read(file), name ?? Path.GetFileName(file));
        using var open = sealedFile.Open(DataKeys.Open(sealedFile, Identities(identity)));
        return open.Plain();
    }
}
