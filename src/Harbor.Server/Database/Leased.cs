namespace Harbor.Server.Database;

/// <summary>
/// A row that is its own queue entry. A claim sets owner, fence and lease; every later write names the fence, so that a worker which lost
/// its lease writes nothing.
/// </summary>
public abstract class Leased
{
    /// <summary>The worker that has it.</summary>
    public string? Owner { get; set; }

    /// <summary>One more with each claim.</summary>
    public long Fence { get; set; }

    /// <summary>How often work on it has begun.</summary>
    public int Attempts { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>By the database's clock: not claimed before.</summary>
    public DateTimeOffset DueAt { get; set; }

    public bool CancelRequested { get; set; }
}
