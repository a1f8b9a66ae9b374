using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Relays;

/// <summary>The image of relays: <c>socat</c> on Debian, built once on each engine, unless the settings name another one.</summary>
internal sealed class RelayImage(SandboxEngine engine, SandboxSettings settings) : IDisposable
{
    private const string Dockerfile = """
        FROM debian:bookworm
        RUN apt-get update \
         && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends socat \
         && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*.log /var/log/apt/*

        """;

    private static readonly string Tag =
        $"harbor.local/relay:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Dockerfile)))[..12]}";

    private readonly SemaphoreSlim _gate = new(1);

    public void Dispose() => _gate.Dispose();

    /// <returns>The name of an image that the engine has.</returns>
    /// <exception cref="EngineException">There is none, and it can't be built.</exception>
    public async Task<string> EnsureAsync(CancellationToken ct)
    {
        var name = settings.RelayImage ?? Tag;
        await _gate.WaitAsync(ct);
        try
        {
            if (await engine.ImageIdAsync(name, ct) is not null)
            {
                return name;
            }

            if (settings.RelayImage is not null)
            {
                await engine.PullAsync(name, ct);
                return name;
            }

            return await BuildAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> BuildAsync(CancellationToken ct)
    {
        using var context = new MemoryStream();
        await using (var tar = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(Dockerfile));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = text }, ct);
        }

        context.Position = 0;
        var log = new StringBuilder();
        var build = new ImageBuild("Dockerfile", Tag, new Dictionary<string, string>())
        {
            MemoryMb = settings.BuildMemoryMb,
            Timeout = TimeSpan.FromSeconds(settings.BuildTimeoutS),
        };
        return await engine.BuildAsync(build, context, line => log.Append(line), ct) is { } failure
            ? throw new EngineException(FailureKinds.SandboxStart,
                $"the image of relays can't be built ({failure.Message}); Sandbox:RelayImage names one that has socat")
            : Tag;
    }
}
