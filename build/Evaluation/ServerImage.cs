using System.Text;
using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

/// <summary>
/// Where a service is built from <c>var/artifacts/server-image</c>, the server is compiled into that folder first, with the .NET that it
/// needs.
/// </summary>
internal static class ServerImage
{
    private const string Folder = "var/artifacts/server-image";

    /// <summary>One task, or none.</summary>
    public static IEnumerable<StepTask> Tasks(HarborContext context) => context.ServicesWithServer.Count > 0
        ? [new StepTask("CompileServerImage", ct => RunAsync(context, ct)) { Description = $"Compiles the server into {Folder}." }]
        : [];

    /// <summary>The selected services whose compose file names the folder.</summary>
    public static IReadOnlyList<string> Services(HarborContext context) => [.. context.Stack.Services.Where(service =>
    {
        var file = Path.Combine(context.Paths.Root, context.Stack.Descriptor.Source.Directory, $"compose.{service}.yml");
        return File.Exists(file) && File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Folder)) >= 0;
    })];

    /// <summary>The services among them whose image may be another one after the next compile.</summary>
    public static async Task<IReadOnlyList<string>> OutdatedAsync(HarborContext context, CancellationToken ct)
    {
        var services = context.ServicesWithServer;
        return services.Count > 0 && await ServerPublish.IsStaleAsync(context, PathOf(context), ct) ? services : [];
    }

    /// <returns>False if it is up to date.</returns>
    public static Task<bool> EnsureAsync(HarborContext context, CancellationToken ct) =>
        ServerPublish.EnsureAsync(context, PathOf(context), "--self-contained", ct);

    private static string PathOf(HarborContext context) => Path.Combine(context.Paths.Root, Folder);

    private static async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (!await EnsureAsync(context, ct))
        {
            context.UpToDate();
        }
    }
}
