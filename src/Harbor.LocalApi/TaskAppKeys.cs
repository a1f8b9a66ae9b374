using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Harbor.Deployments;

/// <summary>
/// Asks for a key on every route but <c>/</c>. The status codes are those of the public task apps: 503 when the app has no key, 400 (not
/// 401) when the caller's is wrong.
/// </summary>
internal sealed class TaskAppKeys(bool isRequired)
{
    public bool IsRequired { get; } = isRequired;

    public async Task AuthorizeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsRequired || context.Request.Path == "/" || context.Request.Path == "")
        {
            await next(context);
            return;
        }

        var expected = Expected();
        if (expected.Length == 0)
        {
            await TaskAppRoutes.ErrorAsync(
                context, StatusCodes.Status503ServiceUnavailable, "missing_environment_api_key",
                "This task app has no key. Set ENVIRONMENT_API_KEY where it runs, or RequireApiKey = false.");
        }
        else if (!Given(context.Request).Any(given => expected.Any(key => IsSame(given, key))))
        {
            await TaskAppRoutes.ErrorAsync(
                context, StatusCodes.Status400BadRequest, "unauthorised", "API key missing or invalid", new JsonObject
                {
                    ["have_x_api_key"] = context.Request.Headers.ContainsKey("X-API-Key"),
                    ["have_x_api_keys"] = context.Request.Headers.ContainsKey("X-API-Keys"),
                    ["have_authorization"] = context.Request.Headers.ContainsKey("Authorization"),
                });
        }
        else
        {
            await next(context);
        }
    }

    private static string[] Expected()
    {
        var key = Environment.GetEnvironmentVariable("ENVIRONMENT_API_KEY");
        var main = string.IsNullOrWhiteSpace(key) ? Environment.GetEnvironmentVariable("DEV_ENVIRONMENT_API_KEY") : key;
        return [.. Split($"{main},{Environment.GetEnvironmentVariable("ENVIRONMENT_API_KEY_ALIASES")}")];
    }

    private static IEnumerable<string> Given(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var headers = request.Headers;
        return headers["X-API-Key"].Select(key => key?.Trim() ?? "")
            .Concat(headers["X-API-Keys"].SelectMany(Split))
            .Concat(headers.Authorization.Where(value => value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true)
                .Select(value => value![Bearer.Length..].Trim()))
            .Where(key => key.Length > 0);
    }

    private static string[] Split(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Takes the same time whatever differs.</summary>
    private static bool IsSame(string given, string key) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
