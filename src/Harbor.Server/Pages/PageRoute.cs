namespace Harbor.Server.Pages;

/// <summary>Marks what browsers ask for: answers are pages, errors too; the cookie of the sign-in counts here and nowhere else.</summary>
/// <param name="IsOpen">Nobody needs to be signed in.</param>
internal sealed record PageRoute(bool IsOpen)
{
    public static bool IsAskedBy(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is not null;
}
