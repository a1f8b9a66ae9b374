using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Optimization.Replay;

/// <summary>A problem that any implementation can compute: scores, objectives and answers are hashes.</summary>
public sealed class HashProblem(string salt, bool hasObjectives, bool lifts) : IGepaAdapter, IReflectionModel
{
    public static IReadOnlyList<string> ComponentNames { get; } = ["sys", "usr", "tool"];

    public static Example[] Examples(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Example(prefix + i.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Lines <c>name=value</c>.</summary>
    public static string TextOf(Candidate candidate) => string.Join('\n', candidate.Texts.Select(text => $"{text.Key}={text.Value}"));

    /// <summary>The first 12 hex digits of the hash of <see cref="TextOf"/>.</summary>
    public static string IdOf(Candidate candidate) => Hex(TextOf(candidate))[..12];

    public static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<EvaluationBatch>>([.. requests.Select(request => Evaluate(request, context.CaptureTraces))]);
    }

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components)
    {
        SideInfo.Map[] records = [.. request.Examples.Zip(batch.Trajectories!, Record)];
        return [.. components.Select(component => KeyValuePair.Create(component, (IReadOnlyList<SideInfo.Map>)records))];
    }

    public Task<Completion> CompleteAsync(string prompt, CancellationToken ct) =>
        Task.FromResult(new Completion($"```\nv-{Hex(prompt)[..16]}\n```"));

    // The trajectory is the hash's first digits and the value.
    private static SideInfo.Map Record(Example example, SideInfo trajectory)
    {
        var (hash, value) = trajectory is SideInfo.List { Items: [var first, SideInfo.Whole second] }
            ? (first, second)
            : throw new ArgumentException("Not a trajectory of this problem.", nameof(trajectory));
        return SideInfo.Of(
            new("Inputs", $"example {example.Name}"),
            new("Generated Outputs", SideInfo.Of(new("hash", hash), new("notes", new SideInfo.List(["n1", value])))),
            new("Feedback", $"got {value.Leaf}/8"));
    }

    private EvaluationBatch Evaluate(EvaluationRequest request, bool captureTraces)
    {
        var text = TextOf(request.Candidate);
        var lift = lifts ? Occurrences(text, "v-") : 0;
        byte[][] hashes = [.. request.Examples.Select(example => SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}|{example.Name}|{text}")))];
        int[] values = [.. hashes.Select(hash => Value(hash, lift))];
        SideInfo[] outputs = [.. hashes.Select(hash => (SideInfo)Convert.ToHexStringLower(hash.AsSpan(0, 8)))];
        return new EvaluationBatch
        {
            Scores = [.. values.Select(value => (double?)(value / 8.0))],
            Outputs = outputs,
            Trajectories = captureTraces ? [.. outputs.Zip(values, (output, value) => new SideInfo.List([output, value]))] : null,
            ObjectiveScores = hasObjectives ? [.. hashes.Select(Objectives)] : null,
        };
    }

    private static IReadOnlyList<KeyValuePair<string, double>> Objectives(byte[] hash) =>
        [new("a", hash[1] % 9 / 8.0), new("b", hash[2] % 9 / 8.0)];

    private int Value(byte[] hash, int lift) =>
        lifts ? Math.Min(8, (hash[0] % 9 / 2) + Math.Min(4, lift + (hash[3] % 3))) : hash[0] % 9;

    private static int Occurrences(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at =
            text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
