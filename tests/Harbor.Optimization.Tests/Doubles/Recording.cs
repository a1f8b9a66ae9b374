using System.Text.Json;
using Harbor.Optimization.Events;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Doubles;

/// <summary>The hash problem, with all that it is asked and all events written down as the data has them.</summary>
internal sealed class Recording(HashProblem problem) : IGepaAdapter, IReflectionModel, IGepaObserver
{
    public List<string> Prompts { get; } = [];

    public List<string> Events { get; } = [];

    public List<string> Calls { get; } = [];

    public JsonElement AllEvents => JsonDocument.Parse($"[{string.Join(",", Events)}]").RootElement;

    public JsonElement AllCalls => JsonDocument.Parse($"[{string.Join(",", Calls)}]").RootElement;

    public Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct)
    {
        Calls.AddRange(requests.Select(request => Write(json =>
        {
            json.WriteStringValue(HashProblem.IdOf(request.Candidate));
            json.WriteStartArray();
            foreach (var example in request.Examples)
            {
                json.WriteStringValue(example.Name);
            }

            json.WriteEndArray();
            json.WriteBooleanValue(context.CaptureTraces);
        })));
        return problem.EvaluateAsync(requests, context, ct);
    }

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components) =>
        problem.BuildReflectiveDataset(candidate, request, batch, components);

    public Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
    {
        Prompts.Add(prompt);
        return problem.CompleteAsync(prompt, ct);
    }

    public void OnEvent(GepaEvent happened) => Events.Add(Write(json =>
    {
        json.WriteStringValue(happened.Name);
        json.WriteStartObject();
        happened.WritePayload(json);
        json.WriteEndObject();
    }));

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            write(json);
            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
