using System.Net.Http.Headers;
using Harbor.Server.Commands;
using Harbor.Server.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Harbor.Server.Tests;

/// <summary>A real server on a free port of loopback, started when first needed; each test takes an organisation of its own.</summary>
public abstract class TestServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private WebApplication? _app;

    public string Folder { get; } = Directory.CreateTempSubdirectory("harbor-server-").FullName;

    protected virtual bool Worker => false;

    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    private protected abstract Task<DatabaseUrl> DatabaseAsync(DataFolder data);

    /// <summary>A client with a key of a new organisation.</summary>
    public async Task<HttpClient> ClientAsync(string scopes = "read,deploy,run,admin", string? organisation = null,
        bool fullNetwork = false) =>
        await ClientWithKeyAsync(await NewKeyAsync(scopes, organisation ?? $"o{Guid.NewGuid():N}", fullNetwork));

    public async Task<HttpClient> ClientWithKeyAsync(string? key)
    {
        var app = await AppAsync();
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<string> NewKeyAsync(string scopes = "read,deploy,run,admin", string organisation = "default",
        bool fullNetwork = false)
    {
        var app = await AppAsync();
        string[] full = fullNetwork ? ["--allow-full-network"] : [];
        return (await KeysAsync(app, ["create", "--name", "test", "--scopes", scopes, "--organisation", organisation, .. full])).Trim();
    }

    public async Task<string> KeysAsync(params string[] args) => await KeysAsync(await AppAsync(), args);

    internal async Task<HarborDb> OpenAsync() => (await AppAsync()).Services.GetRequiredService<Databases>().Open();

    public async Task<T> ServiceAsync<T>()
        where T : notnull => (await AppAsync()).Services.GetRequiredService<T>();

    /// <summary>Null where no test has started the server.</summary>
    protected Task<T?> TryServiceAsync<T>()
        where T : class => Task.FromResult(_app?.Services.GetService<T>());

    protected async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
        _gate.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<string> KeysAsync(WebApplication app, string[] args)
    {
        var url = app.Services.GetRequiredService<Databases>().Url;
        string[] where = url.IsPostgreSql ? ["--database", url.ConnectionString] : [];
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await HarborCommand.RunAsync(["keys", .. args, "--data", Folder, .. where], output, error);
        return code == 0 ? output.ToString() : throw new UsageException(error.ToString());
    }

    private async Task<WebApplication> AppAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _app ??= await StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<WebApplication> StartAsync()
    {
        var data = new DataFolder(Folder);
        var options = new ServerOptions
        {
            Data = data,
            DatabaseUrl = await DatabaseAsync(data),
            Urls = "http://127.0.0.1:0",
            Worker = Worker,
            Settings = Settings,
        };
        var app = await HarborServer.BuildAsync(options, CancellationToken.None);
        await app.StartAsync();
        return app;
    }
}

public sealed class SqliteServer : TestServer
{
    private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
}

public sealed class PostgreSqlServer(PostgreSqlCluster cluster) : TestServer
{
    private protected override async Task<DatabaseUrl> DatabaseAsync(DataFolder data) =>
        DatabaseUrl.Parse(await cluster.NewDatabaseAsync());
}
