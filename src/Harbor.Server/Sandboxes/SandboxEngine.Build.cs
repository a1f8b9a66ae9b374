using Docker.DotNet;
using Docker.DotNet.Models;

namespace Harbor.Server.Sandboxes;

/// <summary>An image to build.</summary>
/// <param name="Dockerfile">Its name in the context.</param>
/// <param name="Tag">So that the engine's own clean-up leaves it alone.</param>
public sealed record ImageBuild(string Dockerfile, string Tag, IDictionary<string, string> Labels)
{
    public bool NoCache { get; init; }
    public long MemoryMb { get; init; }
    public TimeSpan Timeout { get; init; }
}

public sealed partial class SandboxEngine
{
    /// <param name="context">A tar.</param>
    /// <param name="line">Each piece of the engine's log, in order.</param>
    /// <returns>The error that ended the build, with the exit code of its step where it has one; null: it succeeded.</returns>
    public async Task<(string Message, long? ExitCode)?> BuildAsync(ImageBuild build, Stream context, Action<string> line,
        CancellationToken ct)
    {
        (string, long?)? failure = null;
        var lines = new Lines<JSONMessage>(message =>
        {
            if (message.Error is { } error)
            {
                failure = (error.Message ?? "the engine gave no reason", error.Code);
            }
            else if ((message.Stream ?? Progress(message)) is { Length: > 0 } text)
            {
                line(text);
            }
        });
        var parameters = new ImageBuildParameters
        {
            Dockerfile = build.Dockerfile,
            Tags = [build.Tag],
            Labels = build.Labels,
            NoCache = build.NoCache,
            Remove = true,
            ForceRemove = true, // Else a failed build leaves its step's container.
            Memory = build.MemoryMb * 1024 * 1024,
            MemorySwap = build.MemoryMb * 1024 * 1024,
        };
        try
        {
            await CallAsync("build", build.Timeout, token => _client.Images.BuildImageFromDockerfileAsync(
                parameters, context, [], new Dictionary<string, string>(), lines, token), ct);
        }
        catch (EngineException error) when (error.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.BadRequest })
        {
            return (error.Message, null); // A Dockerfile that can't be parsed.
        }
        catch (EngineException error) when (error.InnerException is OperationCanceledException)
        {
            return ($"the build took longer than {build.Timeout.TotalSeconds:0} s", null);
        }

        return failure;
    }

    private static string? Progress(JSONMessage message) =>
        message.Status is { } status ? $"{(message.ID is { } id ? $"{id}: " : "")}{status}\n" : null;
}
