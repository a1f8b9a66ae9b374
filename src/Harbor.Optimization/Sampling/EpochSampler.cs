using Harbor.Optimization.Python;

namespace Harbor.Optimization.Sampling;

/// <summary>Minibatches of ids: each epoch shuffles them all, and fills up the last batch with those seen least.</summary>
public sealed class EpochSampler(int size)
{
    private int[] shuffled = [];
    private int epoch = -1;
    private int trainSize = -1;
    private int iteration = -1;
    private int calls;

    /// <summary>The next batch of the iteration; a second request within one iteration gives the chunk that follows.</summary>
    public int[] Next(int trainCount, int i, PythonRandom random)
    {
        if (trainCount == 0)
        {
            throw new InvalidOperationException("There is no example to sample from.");
        }

        calls = i == iteration ? calls + 1 : 0;
        iteration = i;
        var start = (long)i * size;
        var current = epoch == -1 ? 0 : (int)(start / Math.Max(shuffled.Length, 1));
        if (shuffled.Length == 0 || trainCount != trainSize || current > epoch)
        {
            epoch = current;
            Shuffle(trainCount, random);
        }

        var from = (int)((start + ((long)calls * size)) % shuffled.Length);
        return shuffled[from..(from + size)];
    }

    public SamplerState Save() => new(shuffled, epoch, trainSize, iteration, calls);

    public void Load(SamplerState state) => (shuffled, epoch, trainSize, iteration, calls) = state;

    private void Shuffle(int count, PythonRandom random)
    {
        trainSize = count;
        int[] ids = [.. Enumerable.Range(0, count)];
        random.Shuffle(ids);
        var padded = new List<int>(ids);
        var seen = ids.ToDictionary(id => id, _ => 1);
        while (padded.Count % size != 0)
        {
            var least = ids.Reverse().MinBy(id => seen[id]);
            padded.Add(least);
            seen[least]++;
        }

        shuffled = [.. padded];
    }
}

/// <summary>All that the next batch depends on, beside the generator.</summary>
public sealed record SamplerState(int[] Shuffled, int Epoch, int TrainSize, int Iteration, int Calls);
