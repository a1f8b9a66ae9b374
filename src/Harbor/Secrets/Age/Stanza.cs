namespace Harbor.Secrets.Age;

/// <summary>The file key, wrapped for one recipient.</summary>
/// <param name="Kind">The first of its arguments.</param>
/// <param name="Arguments">Those behind it.</param>
internal sealed record Stanza(string Kind, IReadOnlyList<string> Arguments, byte[] Body);
