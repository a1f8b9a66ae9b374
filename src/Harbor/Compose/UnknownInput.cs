namespace Harbor.Compose;

/// <summary>Something that a service is made of and that can't be looked at: whether it changed is not known.</summary>
/// <param name="Service">Null where all services may be made of it.</param>
/// <param name="Why">A sentence without its end: <c>its build context is fetched from https://…</c>.</param>
public sealed record UnknownInput(string? Service, string Why);
