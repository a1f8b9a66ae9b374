namespace Harbor.Server.Keys;

/// <summary>Who sent a request, by its key.</summary>
public sealed record Caller(Guid OrganisationId, string KeyId, bool AllowsFullNetwork)
{
    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult<Caller?>(Of(http));

    public static Caller Of(HttpContext http) =>
        (Caller?)http.Items[typeof(Caller)] ?? throw new InvalidOperationException("The endpoint takes a caller, but needs no key.");

    internal void Remember(HttpContext http) => http.Items[typeof(Caller)] = this;
}
