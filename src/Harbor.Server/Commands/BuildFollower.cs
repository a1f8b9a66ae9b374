using System.CommandLine;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary>Prints a build's log while it grows, and ends as the build does.</summary>
internal static class BuildFollower
{
    /// <exception cref="HarborExecutionException">The build failed or took too long.</exception>
    public static async Task<DeploymentStatusAnswer> FollowAsync(
        ParseResult given, HarborDeploymentUploader uploader, string deployment, string buildId, TimeSpan? timeout, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var log = PrintAsync(given, uploader.FollowBuildLogAsync(deployment, buildId, ct: ended.Token));
        try
        {
            var status = await uploader.WaitForBuildAsync(deployment, buildId, timeout, ct: ct);
            await log;
            return status;
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private static async Task PrintAsync(ParseResult given, IAsyncEnumerable<string> log)
    {
        try
        {
            await foreach (var piece in log)
            {
                await given.InvocationConfiguration.Error.WriteAsync(piece);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or HarborApiException)
        {
            // The build's end is told by its status.
        }
    }
}
