namespace Harbor.FakeLlm;

/// <summary>What the model says: a text, or a call of the shell tool.</summary>
public sealed record FakeTurn(string? Text, ShellTool? Tool = null, string? Arguments = null)
{
    public string Content => Text ?? Arguments ?? "";
}
