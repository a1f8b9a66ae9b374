using System.Data.Common;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Pages;
using Harbor.Server.Queue;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Harbor.Server.Http;

/// <summary>Turns what endpoints throw into the one shape of errors.</summary>
internal sealed partial class Problems(RequestDelegate next, ILogger<Problems> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: 404 or 405 or 415 } response)
            {
                await WriteAsync(http, Nothing(http, response.StatusCode));
            }
        }
        catch (Exception error) when (!http.Response.HasStarted && Known(http, error) is { } problem)
        {
            await WriteAsync(http, problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
#pragma warning disable CA1031 // The one ladder of the server: what nobody expected is logged and answered as such.
        catch (Exception error) when (!http.Response.HasStarted)
        {
            Unexpected(log, http.Request.Method, http.Request.Path, error);
            await WriteAsync(http, new HttpException(500, "internal", "The server failed; its log says why."));
        }
#pragma warning restore CA1031
    }

    public static async Task WriteAsync(HttpContext http, HttpException problem)
    {
        http.Response.Clear();
        http.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = $"{seconds}";
        }

        if (PageRoute.IsAskedBy(http))
        {
            await ProblemPages.WriteAsync(http, problem);
            return;
        }

        var answer = new HarborErrorAnswer
        {
            Detail = problem.Message,
            Code = problem.Code,
            Errors = problem.Errors,
            Id = problem.ExistingId
        };
        await http.Response.WriteAsJsonAsync(answer, HarborJson.Default.HarborErrorAnswer, cancellationToken: http.RequestAborted);
    }

    private static HttpException? Known(HttpContext http, Exception error) => error switch
    {
        HttpException problem => problem,
        BadHttpRequestException { StatusCode: 413 } => new HttpException(413, "too_large", "The request is larger than this server takes."),
        BadHttpRequestException { InnerException: JsonException json } => Malformed(json),
        BadHttpRequestException bad => new HttpException(bad.StatusCode, "malformed", bad.Message),
        JsonException json => Malformed(json),
        OperationCanceledException when http.RequestAborted.IsCancellationRequested => null,
        DbUpdateException or InvalidOperationException => error.InnerException is DbException inner ? Known(http, inner) : null,
        SqliteException { SqliteErrorCode: 13 } => Full(),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => Full(),
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } =>
            HttpException.Invalid("", "a text of the request holds a NUL, which can't be stored"),
        DbException when WorkLoop.IsAway(error) => Unreachable(),
        TimeoutException => Unreachable(),
        IOException { HResult: unchecked((int)0x80070070) or 28 } => Full(), // ENOSPC is 28.
        _ => null,
    };

    private static HttpException Malformed(JsonException error) => new(400, "malformed",
        $"The body is not the JSON that this route takes: {error.Message.Split(" Path:")[0].Split(" LineNumber:")[0]}"
            + (error.Path is { Length: > 2 } path ? $" (at {path.TrimStart('$', '.')})" : ""));

    private static HttpException Unreachable() =>
        new(503, "database_unavailable", "The database can't be reached just now; try again.") { RetryAfter = 5 };

    private static HttpException Full() => new(503, "disk_full", "The server's disk is full.") { RetryAfter = 60 };

    private static HttpException Nothing(HttpContext http, int status) => status switch
    {
        405 => new HttpException(405, "method_not_allowed", $"{http.Request.Path} does not take {http.Request.Method}"),
        415 => new HttpException(415, "unsupported_media_type", "Send the body as application/json."),
        _ => new HttpException(404, "not_found", $"There is nothing at {http.Request.Path}"),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Unexpected(ILogger log, string method, PathString path, Exception error);
}
