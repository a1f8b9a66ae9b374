using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Relays;

/// <summary>
/// The relays of this process. A few are made ahead, since starting one takes as long as starting a sandbox. A relay serves one
/// sandbox, and goes with it.
/// </summary>
internal sealed class RelayPool(
    SandboxEngine engine, RelayImage image, RelayTransport transport, AllowlistProxy proxy, DataFolder data, ServerIdentity identity,
    SandboxSettings settings) : IAsyncDisposable
{
    /// <summary>The label of a relay, and of the sandbox that is in its network.</summary>
    private const string Label = "harbor.relay";
    public const string JoinedLabel = "harbor.joined";

    /// <summary>
    /// The last line tells this process that both ports are open: it is the first connection that comes through.
    /// </summary>
    private const string Script = """
        command -v socat > /dev/null || exit 1
        socat TCP-LISTEN:8080,bind=127.0.0.1,fork,backlog=128 UNIX-CONNECT:/relay/llm 2> /dev/null &
        socat TCP-LISTEN:8081,bind=127.0.0.1,fork,backlog=128 UNIX-CONNECT:/relay/proxy 2> /dev/null &
        socat UNIX-LISTEN:/relay/app,fork,mode=0777 EXEC:'sh /relay/lead' 2> /dev/null &
        until socat -u /dev/null TCP:127.0.0.1:8081 2> /dev/null; do sleep 0.02; done
        until socat -u /dev/null TCP:127.0.0.1:8080 2> /dev/null; do sleep 0.02; done
        wait
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Relay> _own = new();
    private readonly ConcurrentQueue<Relay> _idle = new();
    private readonly SemaphoreSlim _filling = new(1);
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private bool _isClosed;

    private string Prefix => identity.Worker[..6];

    /// <summary>Running, and nobody else's.</summary>
    /// <param name="rollout">Whose calls of models are taken; null: none are.</param>
    /// <param name="hosts">Null: there is no proxy at all.</param>
    /// <exception cref="EngineException">It can't be started.</exception>
    public async Task<Relay> TakeAsync(Guid? rollout, IReadOnlyList<string>? hosts, CancellationToken ct)
    {
        var relay = await TakeIdleAsync(ct) ?? await StartAsync(ct);
        _taken.Writer.TryWrite(true);
        Serve(relay, rollout, hosts);
        return relay;
    }

    /// <summary>Goes on with the relay of a process that is gone.</summary>
    public async Task<Relay?> AdoptAsync(string name, Guid rollout, IReadOnlyList<string>? hosts, CancellationToken ct)
    {
        var containers = await engine.LabelledAsync($"{Label}={name}", ct);
        var relay = new Relay(name, FolderOf(name)) { Container = containers is [var container, ..] ? container.Id : null };
        if (relay.Container is null || !Directory.Exists(relay.Folder) || !_own.TryAdd(name, relay))
        {
            return null; // Its sandbox reaches nothing, and ends as such.
        }

        relay.Listen(Relay.ModelSocket, (socket, ends) => transport.TakeAsync(relay, socket, ends));
        Serve(relay, rollout, hosts);
        return relay;
    }

    /// <summary>After its sandbox was removed.</summary>
    public async Task RemoveAsync(Relay? relay, CancellationToken ct)
    {
        if (relay is null)
        {
            return;
        }

        await relay.DisposeAsync();
        try
        {
            if (relay.Container is { } container)
            {
                await engine.RemoveAsync(container, ct);
            }
        }
        finally
        {
            _own.TryRemove(relay.Name, out _); // What the engine does not remove now, the janitor does.
        }

        DeleteFolder(relay.Folder);
    }

    /// <summary>Another process goes on with its sandbox.</summary>
    public async Task ReleaseAsync(Relay? relay)
    {
        if (relay is not null && _own.TryRemove(relay.Name, out _))
        {
            await relay.DisposeAsync();
        }
    }

    /// <summary>When one was taken since the last time.</summary>
    public async Task TakenAsync(CancellationToken ct) => await _taken.Reader.ReadAsync(ct);

    /// <summary>Makes as many ahead as the settings say.</summary>
    public async Task FillAsync(CancellationToken ct)
    {
        await _filling.WaitAsync(ct);
        try
        {
            while (!_isClosed && _idle.Count < settings.Relays)
            {
                _idle.Enqueue(await StartAsync(ct));
            }
        }
        finally
        {
            _filling.Release();
        }
    }

    /// <summary>Whether a relay serves nobody any more, given that no container is in its network.</summary>
    public bool IsLeft(OwnContainer container, string name)
    {
        var process = container.Labels.GetValueOrDefault("harbor.process") ?? "";
        return process == identity.Process ? !_own.ContainsKey(name) : identity.HasEnded(process);
    }

    public static string? NameOf(OwnContainer relay) => relay.Labels.GetValueOrDefault(Label);

    public static string? NameOfJoined(OwnContainer sandbox) => sandbox.Labels.GetValueOrDefault(JoinedLabel);

    /// <summary>Folders of this worker's relays that are gone.</summary>
    public void DeleteFolders(IReadOnlySet<string> but)
    {
        foreach (var folder in Directory.Exists(data.Relays) ? Directory.GetDirectories(data.Relays, Prefix + "*") : [])
        {
            var name = Path.GetFileName(folder);
            if (!but.Contains(name) && !_own.ContainsKey(name))
            {
                DeleteFolder(folder);
            }
        }
    }

    /// <summary>Removes those that nobody uses. What a sandbox uses is left for the next start.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        _isClosed = true;
        await _filling.WaitAsync(ct); // One that is being made.
        _filling.Release();
        while (_idle.TryDequeue(out var relay))
        {
            await RemoveAsync(relay, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _own.Values)
        {
            await relay.DisposeAsync();
        }

        _filling.Dispose();
    }

    /// <returns>Null: there is none that runs.</returns>
    private async Task<Relay?> TakeIdleAsync(CancellationToken ct)
    {
        while (_idle.TryDequeue(out var relay))
        {
            if (await engine.FindAsync(relay.Container!, ct) is { IsRunning: true })
            {
                return relay;
            }

            await RemoveAsync(relay, ct); // The engine has restarted.
        }

        return null;
    }

    private void Serve(Relay relay, Guid? rollout, IReadOnlyList<string>? hosts)
    {
        relay.Rollout = rollout;
        if (hosts is not null)
        {
            relay.Listen(Relay.ProxySocket, (socket, ends) => proxy.ServeAsync(socket, hosts, ends));
        }
    }

    private async Task<Relay> StartAsync(CancellationToken ct)
    {
        var name = $"{Prefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var relay = _own[name] = new Relay(name, FolderOf(name));
        try
        {
            var from = await image.EnsureAsync(ct);
            CreateFolder(relay.Folder);
            var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            relay.Listen(Relay.ModelSocket, (socket, ends) =>
            {
                isOpen.TrySetResult();
                return transport.TakeAsync(relay, socket, ends);
            });
            relay.Container = await engine.StartRelayAsync(from, Script, relay.Folder, new Dictionary<string, string>
            {
                ["harbor.server"] = $"{identity.Installation}",
                ["harbor.process"] = identity.Process,
                [Label] = name,
            }, CancellationToken.None); // Within a second: a container that nobody knows of would be left.
            await OpenAsync(relay.Container, isOpen.Task, ct);
            return relay;
        }
        catch
        {
            await RemoveAsync(relay, CancellationToken.None);
            throw;
        }
    }

    private async Task OpenAsync(string container, Task isOpen, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        enough.CancelAfter(Patience);
        var ended = engine.WaitAsync(container, enough.Token);
        await Task.WhenAny(isOpen, ended);
        if (!isOpen.IsCompleted)
        {
            ct.ThrowIfCancellationRequested();
            throw new EngineException(FailureKinds.SandboxStart, ended.IsCompletedSuccessfully
                ? "the relay of a sandbox ended at once: its image must have socat"
                : "a relay was started, and nothing came through it: the engine must see the data folder of this process");
        }

        await enough.CancelAsync();
        await Task.WhenAny(ended);
    }

    private string FolderOf(string name) => Path.Combine(data.Relays, name);

    private static void CreateFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0x1FF); // The relay is nobody, and the folder above is this process's alone.
    }

    private static void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It is gone, or the next start deletes it.
        }
    }
}
