using Harbor.FakeLlm;
using Harbor.Server.Database;
using Harbor.Server.Tests.Interceptor;

namespace Harbor.Server.Tests.Relays;

/// <summary>A server whose sandboxes reach the fake endpoint through relays, of which one is made ahead.</summary>
public sealed class SealedWorker : WorkerServer
{
    private readonly FakeProvider _provider = new();

    public FakeEndpoint Endpoint => _provider.Endpoint;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings)
    {
        ["Sandbox:Relays"] = "1",
        ["Sandbox:PrivateHosts:0"] = Environment.MachineName,
    };

    private protected override async Task<DatabaseUrl> DatabaseAsync(DataFolder data)
    {
        await _provider.StartAsync(data);
        return DatabaseUrl.File(data.Path);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
