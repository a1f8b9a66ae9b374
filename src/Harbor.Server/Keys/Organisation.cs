namespace Harbor.Server.Keys;

/// <summary>Every deployment, rollout and job belongs to one. Another organisation's rows answer 404.</summary>
public sealed class Organisation
{
    public const string Default = "default";

    public required Guid Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Whether its sandboxes may have the policy <c>full</c>: everything that this machine reaches.</summary>
    public bool AllowsFullNetwork { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
