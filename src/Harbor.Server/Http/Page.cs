using System.Globalization;
using Harbor.Deployments.Wire;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Http;

/// <summary>Which part of a list is wanted: <c>limit</c> 1-500 (50), <c>offset</c>.</summary>
public readonly record struct Page(int Limit, int Offset)
{
    public static Page Of(HttpRequest request)
    {
        var errors = new List<FieldError>();
        var page = new Page(Number(request, "limit", 50, 1, 500, errors), Number(request, "offset", 0, 0, int.MaxValue, errors));
        return errors.Count == 0 ? page : throw HttpException.Invalid(errors);
    }

    /// <summary>The rows of this part, how many there are in all, and where the next part begins (null: this was the last).</summary>
    public async Task<(List<T> Rows, int Total, int? NextOffset)> TakeAsync<T>(IQueryable<T> ordered, CancellationToken ct)
    {
        var total = await ordered.CountAsync(ct);
        var rows = await ordered.Skip(Offset).Take(Limit).ToListAsync(ct);
        return (rows, total, (long)Offset + rows.Count < total ? Offset + rows.Count : null);
    }

    private static int Number(HttpRequest request, string name, int usual, int least, int most, List<FieldError> errors)
    {
        string? text = request.Query[name];
        if (string.IsNullOrEmpty(text))
        {
            return usual;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        var range = most == int.MaxValue ? $"at least {least}" : $"{least}-{most}";
        errors.Add(new FieldError(name, $"{name} must be {range} (got {text})"));
        return usual;
    }
}
