using System.Text.Json;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Python;
using Harbor.Optimization.Sampling;

namespace Harbor.Optimization.Selection;

public sealed class UnitVectorTests
{
    [Fact]
    public void Minibatches_are_those_of_upstream()
    {
        Assert.All(Data.Load("unit_vectors.json").GetProperty("sampler").EnumerateArray(), vector =>
        {
            var random = new PythonRandom(vector.GetProperty("seed").GetInt64());
            var sampler = new EpochSampler(vector.GetProperty("size").GetInt32());
            var iterations = Ints(vector.GetProperty("iterations"));
            var sizes = vector.TryGetProperty("sizes", out var given) ? Ints(given)
                : [.. iterations.Select(_ => vector.GetProperty("n").GetInt32())];
            var batches = iterations.Zip(sizes, (i, size) => sampler.Next(size, i, random)).ToArray();

            Assert.Equal(vector.GetProperty("minibatches").EnumerateArray().Select(Ints), batches);
            Assert.Equal(vector.GetProperty("next_random").GetDouble(), random.Random());
        });
    }

    [Fact]
    public void Dominated_candidates_and_draws_are_those_of_upstream()
    {
        var vectors = Data.Load("unit_vectors.json").GetProperty("selection");
        Assert.Equal(60, vectors.GetArrayLength());
        Assert.All(vectors.EnumerateArray(), vector =>
        {
            var scores = vector.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble()).ToArray();
            var fronts = vector.GetProperty("fronts").EnumerateArray().Select(front => new PythonIntSet(Ints(front))).ToArray();
            var survivors = Survivors.Of(fronts, scores);

            Assert.Equal(
                vector.GetProperty("surviving").EnumerateArray().Select(Ints), survivors.Fronts.Select(front => front.Order().ToArray()));
            Assert.Equal(Ints(vector.GetProperty("merge_candidates")), survivors.Listed);
            var random = new PythonRandom(vector.GetProperty("seed").GetInt64());
            Assert.Equal(Ints(vector.GetProperty("picks")), Enumerable.Range(0, 6).Select(_ => random.Choice(survivors.Draws)));
        });
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];
}
