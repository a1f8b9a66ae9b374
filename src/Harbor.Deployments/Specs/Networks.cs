namespace Harbor.Deployments;

/// <summary>What a sandbox can reach.</summary>
public static class Networks
{
    /// <summary>Nothing.</summary>
    public const string None = "none";

    /// <summary>The LLM interceptor only.</summary>
    public const string Inference = "inference";

    /// <summary>The interceptor and the allowed hosts.</summary>
    public const string Allowlist = "allowlist";

    /// <summary>Everything; the organisation must allow it.</summary>
    public const string Full = "full";
}
