using System.Text;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>Stores, values and MAC, with the data key given: the files of sops-upstream have none but PGP recipients.</summary>
public sealed class StoreTests
{
    public static TheoryData<string> WithDataKey()
    {
        using var keys = Vectors.Json("sops-upstream/DATAKEYS.json");
        return [.. keys.RootElement.EnumerateObject().Select(file => file.Name)
            .Where(name => name != "no_mac.yaml" && !name.EndsWith(".ini", StringComparison.Ordinal))];
    }

    [Theory]
    [MemberData(nameof(WithDataKey))]
    public void A_file_of_SOPS_opens_with_its_data_key_to_the_very_bytes_that_SOPS_prints(string name)
    {
        using var open = SealedFile.Read(Vectors.Read($"sops-upstream/{name}"), name).Open(KeyOf(name));

        Assert.Equal(Encoding.UTF8.GetString(Vectors.Read($"sops-upstream/{name}.expected")), Encoding.UTF8.GetString(open.Plain()));
    }

    [Fact]
    public void A_file_without_a_MAC_does_not_open()
    {
        var file = SealedFile.Read(Vectors.Read("sops-upstream/no_mac.yaml"), "no_mac.yaml");
        using var key = KeyOf("no_mac.yaml");

        Assert.Contains("mac is missing", Assert.Throws<InvalidStackException>(() => file.Open(key)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WithDataKey))]
    public void Written_again_unchanged_the_values_keep_their_text(string name)
    {
        var bytes = Vectors.Read($"sops-upstream/{name}");
        using var open = SealedFile.Read(bytes, name).Open(KeyOf(name));

        var written = open.Seal(DateTimeOffset.UnixEpoch);

        Assert.Empty(Values(bytes).Except(Values(written)));
        using var again = SealedFile.Read(written, name).Open(KeyOf(name));
        Assert.Equal(open.Plain(), again.Plain());
    }

    /// <summary>Every ENC[...] but the MAC's, which has 128 bytes.</summary>
    private static List<string> Values(byte[] file) =>
        [.. Encoding.UTF8.GetString(file).Split("ENC[").Skip(1).Select(part => part[..part.IndexOf(']', StringComparison.Ordinal)])
            .Where(part => part.IndexOf(",iv:", StringComparison.Ordinal) != "AES256_GCM,data:".Length + 172)
            .Order(StringComparer.Ordinal)];

    private static DataKey KeyOf(string name)
    {
        using var keys = Vectors.Json("sops-upstream/DATAKEYS.json");
        return new(Convert.FromHexString(keys.RootElement.GetProperty(name)[0].GetString()!));
    }
}
