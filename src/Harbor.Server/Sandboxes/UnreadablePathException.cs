namespace Harbor.Server.Sandboxes;

/// <summary>A path in a sandbox is a loop of links, or leads through a file: what the sandbox did, not a fault of the engine.</summary>
public sealed class UnreadablePathException(string path, Exception inner)
    : Exception($"{path} can't be read: its path is a loop of links, or leads through a file", inner)
{
    private static readonly string[] Signs =
        ["too many links", "too many levels of symbolic links", "not a directory", "file name too long"];

    internal static bool Says(EngineException error) =>
        error.Kind == FailureKinds.SandboxStart && Signs.Any(sign => error.Message.Contains(sign, StringComparison.OrdinalIgnoreCase));
}
