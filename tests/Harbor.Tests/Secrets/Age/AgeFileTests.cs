using System.Security.Cryptography;
using System.Text;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

public sealed class AgeFileTests
{
    private const int Chunk = 64 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk)]
    public void What_is_encrypted_can_be_decrypted_by_each_recipient_and_by_nobody_else(int length)
    {
        AgeIdentity[] identities = [AgeIdentity.Generate(), AgeIdentity.Generate(), AgeIdentity.Generate()];
        var plaintext = RandomNumberGenerator.GetBytes(length);
        foreach (var armor in (bool[])[false, true])
        {
            var file = AgeFile.Encrypt(plaintext, [identities[0].Recipient, identities[1].Recipient], armor);

            Assert.Equal(plaintext, AgeFile.Decrypt(file, [identities[0]]));
            Assert.Equal(plaintext, AgeFile.Decrypt(file, [identities[2], identities[1]]));
            AgeData.Refused(() => AgeFile.Decrypt(file, [identities[2]]), AgeFault.NoMatch);
            AgeData.Refused(() => AgeFile.Decrypt(file, []), AgeFault.NoMatch);
        }
    }

    [Fact]
    public void Two_files_of_the_same_content_have_nothing_in_common_but_their_form()
    {
        using var identity = AgeIdentity.Generate();
        var one = Lines(AgeFile.Encrypt([1, 2, 3], [identity.Recipient], armor: false));
        var two = Lines(AgeFile.Encrypt([1, 2, 3], [identity.Recipient], armor: false));

        Assert.Equal(one[0], two[0]);
        Assert.All(Enumerable.Range(1, 3), line => Assert.NotEqual(one[line], two[line]));

        static string[] Lines(byte[] file) => Encoding.Latin1.GetString(file).Split('\n');
    }

    [Theory]
    [InlineData("age-upstream/example.age", "age-upstream/example_keys.txt", "Black lives matter.")]
    [InlineData("age-cli/1.1.1.x25519.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.1.1.x25519.armored.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.1.1.multi.armored.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.1.1.multi.armored.age", "age-cli/id-b.txt", null)]
    [InlineData("age-cli/1.1.1.multi.armored.age", "age-cli/id-c.txt", null)]
    [InlineData("age-cli/1.1.1.empty.armored.age", "age-cli/id-a.txt", "")]
    [InlineData("age-cli/1.3.2.x25519.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.3.2.x25519.armored.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.3.2.multi.armored.age", "age-cli/id-a.txt", null)]
    [InlineData("age-cli/1.3.2.multi.armored.age", "age-cli/id-c.txt", null)]
    [InlineData("age-cli/1.3.2.empty.armored.age", "age-cli/id-a.txt", "")]
    [InlineData("age-cli/1.3.2.ssh-and-x25519.armored.age", "age-cli/id-a.txt", null)]
    public void Files_that_age_wrote_are_read(string file, string key, string? content)
    {
        using var identity = AgeData.Identity(key);

        Assert.Equal(content is null
            ? AgeData.Bytes("age-cli/hello.plain") : Encoding.UTF8.GetBytes(content), AgeFile.Decrypt(AgeData.Bytes(file), [identity]));
    }

    [Theory]
    [InlineData("1.1.1.k64.age", Chunk)]
    [InlineData("1.1.1.k64p1.age", Chunk + 1)]
    [InlineData("1.3.2.k64.age", Chunk)]
    [InlineData("1.3.2.k64p1.age", Chunk + 1)]
    public void Files_around_the_size_of_a_chunk_that_age_wrote_are_read(string file, int zeros)
    {
        using var identity = AgeData.Identity("age-cli/id-a.txt");

        Assert.Equal(new byte[zeros], AgeFile.Decrypt(AgeData.Bytes($"age-cli/{file}"), [identity]));
    }

    [Theory]
    [InlineData("-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n\n", "a passphrase (scrypt)")]
    [InlineData("-> ssh-rsa AAAAAA\n\n", "an ssh key (ssh-rsa)")]
    [InlineData("-> piv-p256 AAAAAA\n\n", "the key of an age plugin (piv-p256)")]
    [InlineData("-> X-grease\n\n-> piv-p256 AAAAAA\n\n", "the key of an age plugin (piv-p256)")]
    [InlineData("-> mlkem768x25519 AAAA\n\n-> ssh-ed25519 AAAA\n\n", "a post-quantum key (mlkem768x25519) and an ssh key (ssh-ed25519)")]
    public void A_file_for_other_tools_says_what_it_is_encrypted_to(string stanzas, string kinds)
    {
        using var identity = AgeIdentity.Generate();
        var file = Encoding.ASCII.GetBytes($"age-encryption.org/v1\n{stanzas}--- {new string('A', 43)}\n");

        Assert.Equal(
            $"No identity decrypts this age file. It is encrypted to {kinds}, which Harbor does not support. " +
            "Encrypt it to your own X25519 recipient (age1...).",
            AgeData.Refused(() => AgeFile.Decrypt(file, [identity]), AgeFault.Unsupported).Message);
    }

    [Fact]
    public void A_recipient_of_an_unknown_kind_is_named_as_a_possible_plugin_s_and_grease_is_not()
    {
        using var identity = AgeIdentity.Generate();

        Assert.Equal(
            "None of the 1 given identities decrypts this age file: it is encrypted to other recipients. Some of its recipients have a " +
            "kind that Harbor does not know; an age plugin may decrypt it.",
            Refused("-> future hunter2\n\n"));
        Assert.Equal("None of the 1 given identities decrypts this age file: it is encrypted to other recipients.",
            Refused("-> x-grease hunter2\n\n"));

        string Refused(string stanzas) =>
            AgeData.Refused(
                () => AgeFile.Decrypt(Encoding.ASCII.GetBytes($"age-encryption.org/v1\n{stanzas}--- {new string('A', 43)}\n"), [identity]),
                AgeFault.NoMatch).Message;
    }

    [Fact]
    public void A_file_that_age_wrote_for_an_ssh_key_is_refused_as_one()
    {
        using var identity = AgeData.Identity("age-cli/id-a.txt");

        Assert.Contains("an ssh key (ssh-ed25519)", AgeData.Refused(
            () => AgeFile.Decrypt(AgeData.Bytes("age-cli/1.3.2.ssh-ed25519.armored.age"), [identity]), AgeFault.Unsupported)
            .Message, StringComparison.Ordinal);
        using var stranger = AgeIdentity.Generate();
        Assert.Contains("It is also encrypted to an ssh key (ssh-ed25519)", AgeData.Refused(
            () => AgeFile.Decrypt(AgeData.Bytes("age-cli/1.3.2.ssh-and-x25519.armored.age"), [stranger]), AgeFault.Unsupported)
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_any_byte_changed_or_cut_off_is_refused()
    {
        using var identity = AgeIdentity.Generate();
        var file = AgeFile.Encrypt("content"u8, [identity.Recipient], armor: false);
        for (var i = 0; i < file.Length; i++)
        {
            var changed = (byte[])file.Clone();
            changed[i] ^= 1;

            Assert.Throws<AgeException>(() => AgeFile.Decrypt(changed, [identity]));
            Assert.Throws<AgeException>(() => AgeFile.Decrypt(file.AsSpan(0, i), [identity]));
        }

        AgeData.Refused(() => AgeFile.Decrypt([.. file, 0], [identity]), AgeFault.Payload);
    }

    [Fact]
    public void An_armored_file_that_is_cut_off_is_refused()
    {
        using var identity = AgeIdentity.Generate();
        var file = AgeFile.Encrypt("content"u8, [identity.Recipient], armor: true);
        for (var i = 0; i < file.Length - 1; i++)
        {
            Assert.Throws<AgeException>(() => AgeFile.Decrypt(file.AsSpan(0, i), [identity]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("DB_PASSWORD=hunter2")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----\nhunter2\n-----END AGE ENCRYPTED FILE-----\n")]
    [InlineData("age-encryption.org/v1")]
    [InlineData("age-encryption.org/v1\n")]
    [InlineData("age-encryption.org/v1\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")] // No recipient.
    [InlineData("age-encryption.org/v1\n-> hunter2\u00e9\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    public void What_is_no_age_file_is_refused_without_its_text(string text)
    {
        using var identity = AgeIdentity.Generate();

        Assert.DoesNotContain("hunter2", Assert.Throws<AgeException>(() => AgeFile.Decrypt(Encoding.UTF8.GetBytes(text), [identity]))
            .ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_without_end_or_with_many_recipients_is_refused_soon()
    {
        using var identity = AgeIdentity.Generate();
        var recipients = Enumerable.Repeat(identity.Recipient, 64).ToList();

        Assert.Equal([7], AgeFile.Decrypt(AgeFile.Encrypt([7], recipients, armor: false), [identity]));
        AgeData.Refused(() => AgeFile.Encrypt([7], [.. recipients, identity.Recipient], armor: false), AgeFault.Key);
        AgeData.Refused(() => AgeFile.Encrypt([7], [], armor: false), AgeFault.Key);
        AgeData.Refused(() => Decrypt(string.Concat(Enumerable.Repeat("-> x\n\n", 65)) + "--- "), AgeFault.Header);
        AgeData.Refused(() => Decrypt($"-> x\n{string.Concat(Enumerable.Repeat(new string('A', 64) + "\n", 100_000))}"), AgeFault.Header);
        AgeData.Refused(() => Decrypt($"-> {new string('x', 50_000_000)}"), AgeFault.Header);

        void Decrypt(string rest) => AgeFile.Decrypt(Encoding.ASCII.GetBytes("age-encryption.org/v1\n" + rest), [identity]);
    }
}
