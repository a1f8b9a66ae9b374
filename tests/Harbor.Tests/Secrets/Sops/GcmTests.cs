using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

public sealed class GcmTests
{
    [Fact]
    public void Every_vector_of_Wycheproof_gives_its_result_whatever_the_length_of_the_nonce()
    {
        using var document = Vectors.Json("wycheproof/aes_gcm_test.json");
        var lengths = new HashSet<int>();
        var tested = 0;
        foreach (var test in document.RootElement.GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray()))
        {
            byte[] Hex(string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
            var (iv, message) = (Hex("iv"), Hex("msg"));
            if (iv.Length == 0)
            {
                continue; // No nonce at all: SOPS has always 32 bytes.
            }

            var gcm = new Gcm(Hex("key"));
            var valid = test.GetProperty("result").GetString() == "valid";
            Assert.Equal(valid ? message : null, gcm.Decrypt(iv, Hex("ct"), Hex("tag"), Hex("aad")));
            if (valid)
            {
                var (data, tag) = gcm.Encrypt(iv, message, Hex("aad"));
                Assert.Equal(Hex("ct"), data);
                Assert.Equal(Hex("tag"), tag);
            }

            lengths.Add(iv.Length);
            tested++;
        }

        Assert.True(tested > 300, $"{tested} vectors");
        Assert.Contains(32, lengths);
    }

    [Fact]
    public void A_message_of_a_mebibyte_comes_back_and_one_changed_bit_does_not()
    {
        var (key, iv, message) = (new byte[32], new byte[32], new byte[(1 << 20) + 3]);
        Random.Shared.NextBytes(key);
        Random.Shared.NextBytes(message);
        var gcm = new Gcm(key);
        var (data, tag) = gcm.Encrypt(iv, message, [1]);

        Assert.Equal(message, gcm.Decrypt(iv, data, tag, [1]));
        data[^1] ^= 1;
        Assert.Null(gcm.Decrypt(iv, data, tag, [1]));
    }
}
