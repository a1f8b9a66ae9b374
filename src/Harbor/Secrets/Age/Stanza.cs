namespace Harbor.Secrets.Age;

/// <summary>The file key, encrypted for one recipient.</summary>
/// <param name="Kind">The first argument.</param>
/// <param name="Arguments">The other arguments.</param>
internal sealed record Stanza(string Kind, IReadOnlyList<string> Arguments, byte[] Body);
