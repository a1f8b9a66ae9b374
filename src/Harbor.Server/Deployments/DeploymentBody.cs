using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Harbor.Server.Deployments;

/// <summary>A request that may carry an archive: the record without it, and the archive as a temporary file.</summary>
internal sealed record DeploymentBody<T>(T Request, FileStream? Archive) : IAsyncDisposable
{
    public static async Task<DeploymentBody<T>> ReadAsync(HttpRequest request, DataFolder data, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var file = data.NewTemporaryFile();
        try
        {
            using var splitter = new ArchiveSplitter(file);
            await splitter.ReadAsync(request.Body, ct);
            var record = JsonSerializer.Deserialize(splitter.Rest, type) ?? throw new JsonException("null is no request");
            if (splitter.HasArchive)
            {
                return new DeploymentBody<T>(record, file);
            }

            await file.DisposeAsync();
            return new DeploymentBody<T>(record, null);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Archive?.DisposeAsync() ?? ValueTask.CompletedTask;
}
