namespace Harbor.Server.Keys;

/// <summary>What a key may do. <c>admin</c> may all.</summary>
public static class Scopes
{
    public const string Read = "read";
    public const string Deploy = "deploy";
    public const string Run = "run";
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Read, Deploy, Run, Admin];
}
