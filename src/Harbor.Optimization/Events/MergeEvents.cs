using System.Text.Json;

namespace Harbor.Optimization.Events;

public sealed record MergeAttempted(IReadOnlyList<int> Parents) : GepaEvent
{
    public override string Name => "merge_attempted";

    protected override void Write(Utf8JsonWriter json) => json.Numbers("parent_ids", Parents);
}

public sealed record MergeAccepted(int Candidate, IReadOnlyList<int> Parents) : GepaEvent
{
    public override string Name => "merge_accepted";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("new_candidate_idx", Candidate);
        json.Numbers("parent_ids", Parents);
    }
}

public sealed record MergeRejected(IReadOnlyList<int> Parents, string Reason, Candidate Candidate) : GepaEvent
{
    public override string Name => "merge_rejected";

    public override void WriteExtras(Utf8JsonWriter json) => json.Texts("texts", Candidate.Texts);

    protected override void Write(Utf8JsonWriter json)
    {
        json.Numbers("parent_ids", Parents);
        json.WriteString("reason", Reason);
    }
}
