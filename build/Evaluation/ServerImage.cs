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
    public static IEnumerable<StepTask> Tasks(HarborContext context) => IsNeeded(context)
        ? [new StepTask("CompileServerImage", ct => RunAsync(context, ct)) { Description = $"Compiles the server into {Folder}." }]
        : [];

    public static bool IsNeeded(HarborContext context) => context.Stack.Services
        .Select(service => Path.Combine(context.Paths.Root, context.Stack.Descriptor.Source.Directory, $"compose.{service}.yml"))
        .Any(file => File.Exists(file) && File.ReadAllText(file).Contains(Folder, StringComparison.Ordinal));

    /// <returns>False if it is up to date.</returns>
    public static Task<bool> EnsureAsync(HarborContext context, CancellationToken ct) =>
        ServerPublish.EnsureAsync(context, Path.Combine(context.Paths.Root, Folder), "--self-contained", ct);

    private static async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (!await EnsureAsync(context, ct))
        {
            context.UpToDate();
        }
    }
}
