using System.Text;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Interceptor;

/// <summary>What is known of a call while it is made.</summary>
/// <param name="rollout">Null: it belongs to none, and is not written.</param>
internal sealed class CallLog(Rollout? rollout, string wire, Provider provider, CallBody body, DateTimeOffset began)
{
    public string Wire => wire;
    public Provider Provider => provider;
    public CallBody Body => body;
    public int Status { get; set; }
    public string? Error { get; set; }
    public AnswerReader? Reader { get; set; }

    /// <summary>The provider has the call, as far as is known, and did not answer to its end: it may count it.</summary>
    public bool MayHaveBegun { get; set; }

    /// <summary>The agent has half an answer, or none: its connection is to be aborted.</summary>
    public bool IsBrokenOff { get; set; }

    private bool IsAnswered => Status is >= 200 and < 300;
    private bool IsUsed => IsAnswered || MayHaveBegun;
    private bool IsTold => Reader?.Usage is { IsSound: true };

    /// <summary>What the provider told; guessed where it told nothing that can be; nothing where it refused.</summary>
    public TokenUsage Usage() => IsTold ? Reader!.Usage! : IsUsed
        ? new TokenUsage(body.Most.Input, 0, TokenUsage.Guess(Reader?.Length ?? 0), 0) : new TokenUsage(0, 0, 0, 0);

    public ModelCall Refused(string error, int status)
    {
        (Error, Status) = (error, status);
        return Ended(new TokenUsage(0, 0, 0, 0), 0, began);
    }

    public ModelCall Ended(TokenUsage usage, long? costNano, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(began),
        RolloutId = rollout!.Id,
        Attempt = rollout.Attempts,
        Wire = wire,
        Provider = provider.Name,
        RequestedModel = body.RequestedModel,
        Model = body.Model,
        StartedAt = began,
        DurationMs = Math.Round((now - began).TotalMilliseconds, 1),
        Status = Status,
        Error = Error ?? (IsAnswered ? null : "provider_error"),
        InputTokens = usage.Input,
        CachedTokens = usage.Cached,
        OutputTokens = usage.Output,
        ReasoningTokens = usage.Reasoning,
        IsEstimated = IsUsed && !IsTold,
        CostNano = costNano,
        Request = CutText(Encoding.UTF8.GetString(body.Bytes)),
        Response = Reader?.Text,
    };

    private static string CutText(string text) => text[..AnswerReader.Fit(text, AnswerReader.Largest)];
}
