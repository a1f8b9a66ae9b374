namespace Harbor.Server.Sandboxes;

/// <summary>The engine could not do something, or can't be reached: the platform's fault, never the task's.</summary>
/// <param name="kind">The failure kind of a rollout.</param>
public sealed class EngineException(string kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Kind { get; } = kind;
}
