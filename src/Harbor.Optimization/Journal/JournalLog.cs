using System.Collections.Concurrent;
using System.Text.Json;
using Harbor.Optimization.Events;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Journal;

/// <summary>Results in a journal. Those that it held when it was opened are given out once.</summary>
internal sealed class JournalLog(JournalWriter writer) : ResultLog
{
    private readonly Dictionary<int, EvaluationBatch[]> groups = [];
    private readonly ConcurrentDictionary<(int Group, int Request, int Position), EvaluationBatch> rollouts = [];
    private readonly Dictionary<(int Call, int Attempt), Completion> completions = [];
    private readonly Dictionary<int, KeyValuePair<string, string>[]> texts = [];

    /// <summary>Takes up a line of an earlier process, if it is a result.</summary>
    public void Load(string kind, JsonElement line)
    {
        switch (kind)
        {
            case "g":
                groups[Number("g")] = [.. line.GetProperty("batches").EnumerateArray().Select(BatchJson.Read)];
                break;
            case "r":
                rollouts[(Number("g"), Number("r"), Number("p"))] = BatchJson.Read(line);
                break;
            case "a":
                completions[(Number("c"), Number("try"))] = CompletionJson.Read(line);
                break;
            case "x":
                texts[Number("c")] = [.. line.GetProperty("texts").EnumerateObject()
                    .Select(text => KeyValuePair.Create(text.Name, text.Value.GetString()!))];
                break;
            default:
                break;
        }

        int Number(string name) => line.GetProperty(name).GetInt32();
    }

    public override EvaluationBatch? FindRollout(int group, int request, int position) =>
        rollouts.TryRemove((group, request, position), out var known) ? known : null;

    public override void AddRollout(int group, int request, int position, string candidate, string example, EvaluationBatch rollout) =>
        writer.Line("r", json =>
        {
            json.WriteNumber("g", group);
            json.WriteNumber("r", request);
            json.WriteNumber("p", position);
            json.WriteString("candidate", candidate);
            json.WriteString("example", example);
            BatchJson.Write(json, rollout);
        });

    internal override IReadOnlyList<EvaluationBatch>? FindGroup(int group) => groups.Remove(group, out var known) ? known : null;

    internal override void AddGroup(
        int group, IReadOnlyList<EvaluationRequest> requests, bool captureTraces, IReadOnlyList<EvaluationBatch> batches) =>
        writer.Line("g", json =>
        {
            json.WriteNumber("g", group);
            json.WriteBoolean("traces", captureTraces);
            json.WriteStartArray("batches");
            for (var i = 0; i < batches.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("candidate", HashProblem.IdOf(requests[i].Candidate));
                json.Strings("examples", requests[i].Examples.Select(example => example.Name));
                BatchJson.Write(json, batches[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    internal override Completion? FindCompletion(int call, int attempt)
    {
        lock (completions)
        {
            return completions.Remove((call, attempt), out var known) ? known : null;
        }
    }

    internal override void AddCompletion(int call, int attempt, string component, string prompt, Completion completion) =>
        writer.Line("a", json =>
        {
            json.WriteNumber("c", call);
            json.WriteNumber("try", attempt);
            json.WriteString("component", component);
            json.WriteString("prompt", prompt);
            CompletionJson.Write(json, completion);
        });

    internal override IReadOnlyList<KeyValuePair<string, string>>? FindTexts(int call) => texts.Remove(call, out var known) ? known : null;

    internal override void AddTexts(int call, IReadOnlyList<KeyValuePair<string, string>> texts) => writer.Line("x", json =>
    {
        json.WriteNumber("c", call);
        json.Texts("texts", texts);
    });

    internal override void Show() => writer.Show();
}
