namespace Harbor.Server.Database;

/// <summary>A fact about this database itself.</summary>
public sealed class Setting
{
    /// <summary>Names this installation: the label <c>harbor.server</c> of its containers.</summary>
    public const string ServerId = "server_id";

    public required string Name { get; init; }
    public required string Value { get; set; }
}
