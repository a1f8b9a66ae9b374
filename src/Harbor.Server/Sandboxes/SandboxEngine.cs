using System.Collections.Concurrent;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Harbor.Server.Sandboxes;

/// <summary>The container engine of this worker, by its API. Each call has a deadline of its own.</summary>
public sealed partial class SandboxEngine : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongDeadline = TimeSpan.FromMinutes(5); // Commit, copies, removal of large trees.

    /// <summary>Bytes of the engine's own log file: JSON around every line of two streams of 16 MiB.</summary>
    private const int LogSize = 100 * 1024 * 1024;

    private readonly DockerClient _client;
    private readonly ConcurrentDictionary<string, bool> _isRoot = [];
    private long? _cores;

    /// <summary>The last call failed, or there was none yet.</summary>
    private volatile bool _isLost = true;

    public SandboxEngine(SandboxSettings settings)
    {
        var endpoint = settings.Engine ?? Environment.GetEnvironmentVariable("DOCKER_HOST");
        _client = new DockerClientBuilder().WithEndpoint(new Uri(string.IsNullOrEmpty(endpoint) ? "unix:///var/run/docker.sock" : endpoint))
            .WithTimeout(Timeout.InfiniteTimeSpan).Build();
    }

    public void Dispose() => _client.Dispose();

    public Task<SystemInfoResponse> InfoAsync(CancellationToken ct) =>
        CallAsync("info", Deadline, token => _client.System.GetSystemInfoAsync(token), ct);

    /// <summary>How many the engine's machine has: it refuses a container that asks for more. Asked once.</summary>
    public async Task<long> CoresAsync(CancellationToken ct) => _cores ??= Math.Max(1, (await InfoAsync(ct)).NCPU);

    /// <returns>The image's id; null: the engine does not have it.</returns>
    public async Task<string?> ImageIdAsync(string name, CancellationToken ct) => (await FindImageAsync(name, ct))?.ID;

    public async Task<ImageInspectResponse?> FindImageAsync(string name, CancellationToken ct)
    {
        try
        {
            return await CallAsync("inspect image", Deadline, token => _client.Images.InspectImageAsync(name, token), ct);
        }
        catch (EngineException error) when (IsMissing(error))
        {
            return null;
        }
    }

    /// <summary>Asked once per image: what an id stands for never changes.</summary>
    /// <param name="id">An image's id.</param>
    public async Task<bool> RunsAsRootAsync(string id, CancellationToken ct)
    {
        if (!_isRoot.TryGetValue(id, out var isRoot))
        {
            var image = await FindImageAsync(id, ct)
                ?? throw new EngineException(FailureKinds.ImageMissing, $"image {id} is not on the engine");
            isRoot = image.Config?.User is null or "" or "0" or "root" or "0:0" or "root:root";
            _isRoot[id] = isRoot;
        }

        return isRoot;
    }

    /// <returns>False: it is gone already, or a container still needs it.</returns>
    public async Task<bool> RemoveImageAsync(string name, CancellationToken ct, bool force = false)
    {
        try
        {
            await CallAsync("remove image", LongDeadline,
                token => _client.Images.DeleteImageAsync(name, new ImageDeleteParameters { Force = force }, token), ct);
            return true;
        }
        catch (EngineException error) when (IsMissing(error)
            || error.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.Conflict })
        {
            return false;
        }
    }

    /// <summary>The images of one installation: builds, instances, kept sandboxes.</summary>
    public async Task<IReadOnlyList<(string Id, IReadOnlyList<string> Tags, DateTimeOffset Created)>> OwnImagesAsync(Guid installation,
        CancellationToken ct)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"harbor.server={installation}"] = true },
        };
        var found = await CallAsync("list images", Deadline, token => _client.Images.ListImagesAsync(
            new ImagesListParameters { Filters = filters }, token), ct);
        return [.. found.Select(image => (image.ID, (IReadOnlyList<string>)[.. image.RepoTags ?? []],
            new DateTimeOffset(image.Created.ToUniversalTime(), TimeSpan.Zero)))];
    }

    /// <exception cref="EngineException">The message has the registry's reason.</exception>
    public Task PullAsync(string image, CancellationToken ct)
    {
        var errors = new Lines<JSONMessage>();
        return CallAsync("pull", TimeSpan.FromMinutes(15), async token =>
        {
            var (name, tag) = image.LastIndexOf(':') is var colon
                && colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..]) : (image, "latest");
            await _client.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = name, Tag = tag }, null, errors, token);
            if (errors.All.FirstOrDefault(message => message.Error is not null)?.Error is { } error)
            {
                throw new EngineException(FailureKinds.ImageMissing, error.Message ?? "the registry gave no reason");
            }

            return true;
        }, ct);
    }

    internal static bool IsMissing(EngineException error) =>
        error.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound };

    /// <summary>Whether work may begin: what begins on an engine that is away uses up an attempt that another worker could make.</summary>
    public async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            return !_isLost || (await CallAsync("info", ShortDeadline, token => _client.System.GetSystemInfoAsync(token), ct)).NCPU > 0;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private async Task<T> CallAsync<T>(string what, TimeSpan deadline, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        both.CancelAfter(deadline);
        try
        {
            var answer = await call(both.Token);
            _isLost = false;
            return answer;
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            _isLost = true;
            throw new EngineException(FailureKinds.EngineLost, $"the engine did not answer within {deadline.TotalSeconds:0} s ({what})",
                error);
        }
        catch (DockerApiException error)
        {
            throw new EngineException(FailureKinds.SandboxStart, $"the engine refused ({what}): {Reason(error)}", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException
            or TimeoutException or ObjectDisposedException)
        {
            _isLost = true;
            throw new EngineException(FailureKinds.EngineLost, $"the engine can't be reached ({what}): {error.GetBaseException().Message}",
                error);
        }
    }

    private Task<bool> CallAsync(string what, TimeSpan deadline, Func<CancellationToken, Task> call, CancellationToken ct) =>
        CallAsync(what, deadline, async token =>
        {
            await call(token);
            return true;
        }, ct);

    private static string Reason(DockerApiException error)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(error.ResponseBody ?? "");
            return json.RootElement.GetProperty("message").GetString() ?? error.Message;
        }
        catch (Exception unreadable) when (
            unreadable is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return error.Message;
        }
    }

    /// <summary>In order, on the reading thread: the framework's Progress posts to the pool.</summary>
    private sealed class Lines<T>(Action<T>? take = null) : IProgress<T>
    {
        public List<T> All { get; } = [];

        public void Report(T value)
        {
            take?.Invoke(value);
            if (take is null)
            {
                All.Add(value);
            }
        }
    }
}
