namespace Harbor.FakeLlm;

/// <summary>How the next answer fails.</summary>
public enum Fault
{
    /// <summary>429 with <c>Retry-After: 1</c>.</summary>
    RateLimited,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>No answer until the client goes.</summary>
    Stall,

    /// <summary>The first half of the answer, then no more, until the client goes.</summary>
    StalledStream,

    /// <summary>The connection ends in the middle of the answer.</summary>
    CutStream,

    /// <summary>200 with half a JSON document, or with events that are none.</summary>
    MalformedJson,

    /// <summary>The first byte takes a second.</summary>
    SlowFirstToken,

    /// <summary>The numbers of tokens are absurd.</summary>
    WrongUsage,

    /// <summary>There are no numbers of tokens.</summary>
    NoUsage,
}
