namespace Harbor.FakeLlm;

/// <summary>One card that the script can write.</summary>
/// <param name="Solution">Earns 1.</param>
/// <param name="Broken">Fails one test.</param>
/// <param name="Rule">Words that the instructions must have for the solution; null: it is always written.</param>
public sealed record FakeTask(string Id, string File, string Solution, string Broken, string? Rule);
