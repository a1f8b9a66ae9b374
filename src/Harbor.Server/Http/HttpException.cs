using Harbor.Deployments.Wire;

namespace Harbor.Server.Http;

/// <summary>What a request can't have. The message is the answer's <c>detail</c>: a sentence for whoever sent it.</summary>
public sealed class HttpException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>A word for programs.</summary>
    public string Code { get; } = code;

    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Seconds, as <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The id of what is there already.</summary>
    public string? ExistingId { get; init; }

    public static HttpException NotFound(string what, string name) => new(404, "not_found", $"{what} '{name}' not found");

    public static HttpException Invalid(params IReadOnlyList<FieldError> errors) =>
        new(422, "invalid", string.Join("; ", errors.Select(error => error.Msg))) { Errors = errors };

    public static HttpException Invalid(string loc, string message) => Invalid(new FieldError(loc, message));

    public static HttpException Conflict(string code, string detail) => new(409, code, detail);
}
