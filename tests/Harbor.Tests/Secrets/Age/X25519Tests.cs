using System.Text.Json;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

public sealed class X25519Tests
{
    private const string BasePoint = "0900000000000000000000000000000000000000000000000000000000000000";

    // RFC 7748, 5.2.
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void The_standard_s_examples_hold(string privateKey, string publicKey, string shared) =>
        Assert.Equal(shared, Hex(X25519.Agree(Bytes(privateKey), Bytes(publicKey))!));

    [Fact]
    public void The_standard_s_thousand_iterations_hold()
    {
        var (k, u) = (Bytes(BasePoint), Bytes(BasePoint));
        for (var i = 0; i < 1000; i++)
        {
            (k, u) = (X25519.Agree(k, u)!, k);
            if (i == 0)
            {
                Assert.Equal("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", Hex(k));
            }
        }

        Assert.Equal("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", Hex(k));
    }

    [Fact]
    public void A_public_key_is_the_private_one_times_the_base_point()
    {
        var privateKey = Bytes("77076d0a7318a57d3c16c17251b26645df4ca1f5a3a8ed3e3d3a4a3b2b2c1c2d");

        Assert.Equal(X25519.Agree(privateKey, Bytes(BasePoint)), X25519.PublicKey(privateKey));
    }

    [Fact]
    public void All_of_Wycheproof_holds_and_low_order_points_give_nothing()
    {
        using var vectors = JsonDocument.Parse(AgeData.Bytes("wycheproof/x25519_test.json"));
        var (count, lowOrder) = (0, 0);
        foreach (var test in vectors.RootElement.GetProperty("testGroups").EnumerateArray()
            .SelectMany(group => group.GetProperty("tests").EnumerateArray()))
        {
            string Field(string name) => test.GetProperty(name).GetString()!;
            var shared = X25519.Agree(Bytes(Field("private")), Bytes(Field("public")));
            var isZero = Field("shared").All(digit => digit == '0');

            Assert.Equal(isZero ? null : Field("shared"), shared is null ? null : Hex(shared));
            count++;
            lowOrder += isZero ? 1 : 0;
        }

        Assert.Equal((518, 31), (count, lowOrder));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
