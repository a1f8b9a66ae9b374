namespace Harbor.Server.Pages;

/// <summary>A part of a list, and where its neighbours begin. Parts are found by their first or last row, so that the last of 100,000 costs
/// what the first does.</summary>
/// <param name="Newer">Query of the link to the part before this one; null: this is the first.</param>
/// <param name="Older">Query of the link to the part after this one; null: this is the last.</param>
public sealed record Listed<T>(IReadOnlyList<T> Rows, string? Newer, string? Older);

/// <summary>Which part of a list is wanted: <c>?before=ID</c>, <c>?after=ID</c>, or the newest.</summary>
internal sealed record ListPart(string? Before, string? After)
{
    public const int Rows = 50;

    public static ListPart Of(HttpRequest request) => new(Text(request, "before"), Text(request, "after"));

    /// <summary>Whether the rows are taken from the oldest end.</summary>
    public bool IsBackwards => Before is null && After is not null;

    /// <param name="found">In the order of the query, one more than are shown if there are more.</param>
    /// <param name="filters">The rest of the query, of the links too.</param>
    public Listed<T> Show<T>(List<T> found, Func<T, string> id, params (string Name, string? Value)[] filters)
    {
        var isMore = found.Count > Rows;
        var rows = found.Take(Rows).ToList();
        if (IsBackwards)
        {
            rows.Reverse();
        }

        var isNewer = IsBackwards ? isMore : Before is not null;
        var isOlder = IsBackwards || isMore;
        return rows.Count == 0 ? new Listed<T>(rows, Before is null ? null : Query(filters), null) : new Listed<T>(rows,
            isNewer ? Query([.. filters, ("after", id(rows[0]))]) : null, isOlder ? Query([.. filters, ("before", id(rows[^1]))]) : null);
    }

    public static string? Text(HttpRequest request, string name) =>
        $"{request.Query[name]}".Trim() is { Length: > 0 and <= 200 } text ? text : null;

    private static string Query((string Name, string? Value)[] values)
    {
        var given = values.Where(value => value.Value is not null).Select(value => KeyValuePair.Create(value.Name, value.Value));
        return QueryString.Create(given).ToString() is { Length: > 0 } query ? query : "?";
    }
}
