using Harbor.FakeLlm;
using Harbor.Server.Tests.EngineBench;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>The fake endpoint as the one provider of a server.</summary>
public sealed class FakeProvider : IAsyncDisposable
{
    /// <summary>The provider's key: it must be found nowhere but in its file and at the provider.</summary>
    public const string Sentinel = "sk-sentinel-7f3a91c2d4e85b60";

    private readonly string _keyFile = Path.Combine(Directory.CreateTempSubdirectory("harbor-key-").FullName, "key");
    private FakeEndpoint? _endpoint;

    public FakeEndpoint Endpoint => _endpoint!;

    public async Task StartAsync(DataFolder data)
    {
        _endpoint = await FakeEndpoint.StartAsync(FakeScript.Read(EngineBenchFolder.Path), "http://127.0.0.1:0", CancellationToken.None);
        await File.WriteAllTextAsync(_keyFile, Sentinel);
        await File.WriteAllTextAsync(data.ProvidersFile, $$"""
            providers:
              fake:
                kind: openai
                base_url: {{_endpoint.Url}}/v1
                key: file:{{_keyFile}}
                wires: [chat/completions, responses, messages]
                model_prefixes: [fake]
                prices:
                  fake-1: {input: 2.5, cached: 0.25, output: 10}
              narrow:
                kind: anthropic
                base_url: {{_endpoint.Url}}/v1
                key: env:HARBOR_TEST_NO_SUCH_KEY
                model_prefixes: [claude]
            """);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Path.GetDirectoryName(_keyFile)!, recursive: true);
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }
    }
}
