using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Harbor.Optimization.Python;

public sealed class PythonRandomTests
{
    public static TheoryData<string> Seeds =>
        [.. Data.Load("pyrandom_vectors.json").EnumerateArray().Select(vector => vector.GetProperty("seed").GetRawText())];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_method_draws_as_Python_does(string seed)
    {
        var vector = Data.Load("pyrandom_vectors.json").EnumerateArray().Single(vector => vector.GetProperty("seed").GetRawText() == seed);
        var checkedParts = 0;
        Check("getrandbits32", (value, random) => Assert.Equal(value.GetUInt32(), random.NextWord()));
        Check("random", (value, random) => Assert.Equal(HexFloat(value.GetString()!), random.Random()));
        Check("randbelow", (pair, random) => Assert.Equal(pair[1].GetInt64(), random.Below(pair[0].GetInt64())));
        Check("choice10", (value, random) => Assert.Equal(value.GetInt32(), random.Choice(Count(10))));
        Check("sample", (trio, random) =>
            Assert.Equal(trio[2].EnumerateArray().Select(item => item.GetInt32()),
                random.Sample(Count(trio[0].GetInt32()), trio[1].GetInt32())));
        Check("choices_noweights", (value, random) => Assert.Equal(value.GetInt32(), random.Choices(Count(7))));
        Check("randint", (value, random) => Assert.Equal(value.GetInt32(), random.Between(0, 9)));
        Check("getrandbits", (pair, random) =>
            Assert.Equal(BigInteger.Parse(pair[1].GetRawText(), CultureInfo.InvariantCulture), random.WideBits(pair[0].GetInt32())));
        if (vector.TryGetProperty("shuffle12", out var shuffled))
        {
            var items = Count(12);
            Fresh().Shuffle(items);
            Assert.Equal(shuffled.EnumerateArray().Select(item => item.GetInt32()), items);
            var weights = vector.GetProperty("choices").GetProperty("weights").EnumerateArray().Select(weight => weight.GetDouble())
                .ToArray();
            var random = Fresh();
            Assert.All(vector.GetProperty("choices").GetProperty("picks").EnumerateArray(), pick =>
                Assert.Equal(pick.GetInt32(), random.Choices(Count(weights.Length), weights)));
        }

        Assert.True(checkedParts is 1 or 8, $"{checkedParts} parts were checked.");

        void Check(string part, Action<JsonElement, PythonRandom> check)
        {
            if (vector.TryGetProperty(part, out var values))
            {
                var random = Fresh();
                Assert.All(values.EnumerateArray(), value => check(value, random));
                checkedParts++;
            }
        }

        PythonRandom Fresh() => new(BigInteger.Parse(seed, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_saved_generator_goes_on_where_it_was()
    {
        var random = new PythonRandom(7);
        _ = random.Sample(Count(1000), 700);
        var again = PythonRandom.Load(random.Save());

        Assert.Equal(Enumerable.Range(0, 2000).Select(_ => random.Random()), Enumerable.Range(0, 2000).Select(_ => again.Random()));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(-1.0, 0.5)]
    public void Weights_that_add_up_to_nothing_are_refused(double first, double second) =>
        Assert.Throws<ArgumentException>(() => new PythonRandom(0).Choices([1, 2], [first, second]));

    private static int[] Count(int n) => [.. Enumerable.Range(0, n)];

    // 0x1.b0580f98a7dbep-1
    private static double HexFloat(string text)
    {
        var exponent = int.Parse(text[(text.IndexOf('p', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var fraction = text[4..text.IndexOf('p', StringComparison.Ordinal)];
        var mantissa = (1L << (4 * fraction.Length)) * (text[2] - '0')
            + long.Parse(fraction, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Math.ScaleB(mantissa, exponent - (4 * fraction.Length));
    }
}
