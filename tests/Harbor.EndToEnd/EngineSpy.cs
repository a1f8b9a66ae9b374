using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <summary>
/// Stands in front of the engine and notes each request that changes something, of Harbor and of Compose alike. At one of these it kills
/// both, and the request does not get to the engine: so a container is found without what the next request would have brought.
/// </summary>
internal sealed partial class EngineSpy : IAsyncDisposable
{
    public const string Prefix = "request ";

    private readonly TestProject _project;
    private readonly EngineBridge _bridge;
    private readonly Lock _lock = new();
    private readonly List<string> _points = [];
    private readonly Dictionary<string, int> _times = [];
    private string? _victim;

    public EngineSpy(TestProject project)
    {
        _project = project;
        var socket = project.PathOf("engine.sock");
        Directory.CreateDirectory(project.Root);
        _bridge = new EngineBridge(new UnixDomainSocketEndPoint(socket)) { Before = ReachedAsync };
        project.Environment["DOCKER_HOST"] = $"unix://{socket}";
    }

    /// <summary>Those since <see cref="Watch"/>; the second of a name ends with <c>(2)</c>.</summary>
    public IReadOnlyList<string> Points
    {
        get
        {
            lock (_lock)
            {
                return [.. _points];
            }
        }
    }

    /// <param name="victim">The request at which the next host is killed; null: at none.</param>
    public void Watch(string? victim)
    {
        lock (_lock)
        {
            _victim = victim;
            _points.Clear();
            _times.Clear();
        }
    }

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();

    private async Task ReachedAsync(string piece)
    {
        if (Request().Match(piece) is { Success: true } request && IsVictim(Varying().Replace(request.Value, "*")))
        {
            await _project.KillAsync();
            throw new OperationCanceledException();
        }
    }

    private bool IsVictim(string request)
    {
        lock (_lock)
        {
            var times = _times[request] = _times.GetValueOrDefault(request) + 1;
            _points.Add(times == 1 ? $"{Prefix}{request}" : $"{Prefix}{request} ({times})");
            return _points[^1] == _victim;
        }
    }

    [GeneratedRegex(@"^(POST|PUT|DELETE) /[^ ?]+(\?name=[^ &]+)?")]
    private static partial Regex Request();

    /// <summary>The API's version, ids, and the beginning of one in the name of a replacement.</summary>
    [GeneratedRegex(@"(?<= /)v[0-9.]+(?=/)|[0-9a-f]{64}|[0-9a-f]{12}(?=_)")]
    private static partial Regex Varying();
}
