using Harbor.Server.Http;

namespace Harbor.Server.Pages;

/// <summary>What went wrong, as a page.</summary>
internal static class ProblemPages
{
    public static Task WriteAsync(HttpContext http, HttpException problem) =>
        http.RequestServices.GetRequiredService<PageRenderer>()
            .Page<ProblemPage>(Title(problem.Status), problem, http.Items[typeof(Viewer)] as Viewer, status: problem.Status)
            .ExecuteAsync(http);

    private static string Title(int status) => status switch
    {
        400 => "Not understood",
        403 => "Not allowed",
        404 => "Not found",
        409 => "Not now",
        421 => "Wrong name",
        422 => "Not valid",
        >= 500 => "Not available",
        _ => "Refused",
    };
}
