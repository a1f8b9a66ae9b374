using System.Text.Json;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

public sealed class AgeKeyTests
{
    // From age's own documentation and tests.
    private const string Secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private const string Public = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    [Fact]
    public void An_identity_has_its_recipient_and_is_written_as_it_was_read()
    {
        using var identity = AgeIdentity.Parse($" {Secret}\n");

        Assert.Equal(Public, identity.Recipient.ToString());
        Assert.Equal(Secret, identity.Export());
        Assert.Equal(AgeRecipient.Parse($"{Public} "), identity.Recipient);
    }

    [Theory]
    [InlineData("age-cli/id-a.txt")]
    [InlineData("age-cli/id-b.txt")]
    [InlineData("age-cli/id-c.txt")]
    public void The_recipient_is_the_one_that_age_keygen_says(string file)
    {
        var said = File.ReadLines(Path.Combine(AgeData.Folder, file))
            .Single(line => line.StartsWith("# public key: ", StringComparison.Ordinal))[14..];

        using var identity = AgeData.Identity(file);

        Assert.Equal(said, identity.Recipient.ToString());
    }

    [Fact]
    public void Made_identities_differ_and_can_be_read_again()
    {
        using var one = AgeIdentity.Generate();
        using var two = AgeIdentity.Generate();
        using var again = AgeIdentity.Parse(one.Export());

        Assert.NotEqual(one.Recipient, two.Recipient);
        Assert.Equal(one.Recipient, again.Recipient);
        Assert.Matches("^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$", one.Export());
    }

    [Fact]
    public void An_identity_shows_nothing_of_itself_and_is_gone_after_its_disposal()
    {
        var identity = AgeIdentity.Parse(Secret);
        identity.Dispose();

        Assert.Equal("***", identity.ToString());
        Assert.Equal("SourcedIdentity { Source = here, Identity = *** }", new SourcedIdentity("here", identity).ToString());
        Assert.DoesNotContain("SECRET", JsonSerializer.Serialize(identity), StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(identity.Export);
        Assert.Throws<ObjectDisposedException>(() => AgeFile.Decrypt(AgeFile.Encrypt([], [identity.Recipient], armor: false), [identity]));
    }

    [Theory]
    [InlineData("", "This is not an age identity")]
    [InlineData("secret words", "This is not an age identity")]
    [InlineData("AGE-SECRET-KEY-1", "This is not an age identity")]
    // The checksum.
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEY", "This is not an age identity")]
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAE", "This is not an age identity")]
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEXX", "This is not an age identity")]
    [InlineData("AGE-SECRET-KEY-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex", "This is not an age identity")]
    [InlineData("age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex", "This is not an age identity")]
    // The Kelvin sign is a k in lower case.
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAE\u212A", "This is not an age identity")]
    [InlineData(Public, "This is a recipient (public key)")]
    public void What_is_no_identity_is_refused_without_its_text(string text, string message)
    {
        var refused = AgeData.Refused(() => AgeIdentity.Parse(text), AgeFault.Key);

        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.True(text.Length < 17 || !refused.ToString().Contains(text[16..], StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("AGE-SECRET-KEY-PQ-1XXX", "Post-quantum identities")]
    [InlineData("AGE-PLUGIN-YUBIKEY-1XXX", "Identities of age plugins")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----", "ssh keys as identities")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----", "Identities with a passphrase")]
    [InlineData("age-encryption.org/v1", "Identities with a passphrase")]
    public void Identities_that_are_for_other_tools_are_refused_each_by_its_own_message(string text, string message) =>
        Assert.StartsWith(message, AgeData.Refused(() => AgeIdentity.Parse(text), AgeFault.Unsupported).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("someone@example.org")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk")]
    [InlineData("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ")]
    [InlineData(
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj,age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")]
    public void What_is_no_recipient_is_refused(string text) => AgeData.Refused(() => AgeRecipient.Parse(text), AgeFault.Key);

    [Theory]
    [InlineData("age1pq1xxxx", "Post-quantum recipients")]
    [InlineData("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "Recipients of age plugins")]
    [InlineData("age1tag1xxxx", "Recipients of age plugins")]
    [InlineData("age1../../bin/evil1xxxx", "Recipients of age plugins")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB/uJ3EnC9BKSKNI/4JUkI8tXMG297za3TdzcCPQrlur test", "ssh keys as recipients")]
    [InlineData("ssh-rsa AAAA", "ssh keys as recipients")]
    public void Recipients_that_are_for_other_tools_are_refused_each_by_its_own_message(string text, string message) =>
        Assert.StartsWith(message, AgeData.Refused(() => AgeRecipient.Parse(text), AgeFault.Unsupported).Message, StringComparison.Ordinal);

    [Fact]
    public void An_identity_that_is_given_as_a_recipient_is_not_repeated() =>
        Assert.DoesNotContain("GFPYY", AgeData.Refused(() => AgeRecipient.Parse(Secret), AgeFault.Key)
            .ToString(), StringComparison.Ordinal);

    [Fact]
    public void Low_order_points_are_no_recipients()
    {
        using var vectors = JsonDocument.Parse(AgeData.Bytes("wycheproof/x25519_test.json"));
        var points = vectors.RootElement.GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray())
            .Where(test => test.GetProperty("shared").GetString()!.All(digit => digit == '0'))
            .Select(test => test.GetProperty("public").GetString()!).Distinct().ToList();

        Assert.True(points.Count >= 7);
        Assert.All(points, point => Assert.Contains(
            "low-order", AgeData.Refused(() => AgeRecipient.Parse(Bech32.Encode("age", Convert.FromHexString(point))), AgeFault.Key)
            .Message, StringComparison.Ordinal));
    }
}
