using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.EndToEnd;

/// <summary>A registry with one image, whose only layer takes a while to come.</summary>
internal sealed class SlowRegistry : IDisposable
{
    private const int Parts = 40;
    private const string Config = "application/vnd.docker.container.image.v1+json";
    private const string Layer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly TimeSpan _time;
    private readonly string _manifest;

    public SlowRegistry(TimeSpan time)
    {
        _time = time;
        var tar = Tar();
        var layer = Zipped(tar);
        var config = Encoding.UTF8.GetBytes(
            $$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{Digest(tar)}}"] } }""");
        _blobs[Digest(layer)] = layer;
        _blobs[Digest(config)] = config;
        _manifest = $$"""
            {"schemaVersion":2,"mediaType":"{{Manifest}}",
            "config":{"mediaType":"{{Config}}","size":{{config.Length}},"digest":"{{Digest(config)}}"},
            "layers":[{"mediaType":"{{Layer}}","size":{{layer.Length}},"digest":"{{Digest(layer)}}"}]}
            """;
        var port = FreePort();
        Image = $"localhost:{port}/harbor/slow:1";
        _listener.Prefixes.Add($"http://localhost:{port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Image { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // Disposed.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        var isManifest = path.Contains("/manifests/", StringComparison.Ordinal);
        var body = path == "/v2/" ? "{}"u8.ToArray() : isManifest ? Encoding.UTF8.GetBytes(_manifest) : _blobs[path.Split('/')[^1]];
        context.Response.ContentType = isManifest ? Manifest : "application/octet-stream";
        context.Response.ContentLength64 = body.Length;
        context.Response.AddHeader("Docker-Content-Digest", Digest(body));
        if (context.Request.HttpMethod == "GET")
        {
            var part = body.Length / Parts + 1;
            for (var at = 0; at < body.Length; at += part)
            {
                await context.Response.OutputStream.WriteAsync(body.AsMemory(at, Math.Min(part, body.Length - at)));
                await Task.Delay(body.Length > Parts * Parts * Parts ? _time / Parts : TimeSpan.Zero);
            }
        }

        context.Response.Close();
    }

    private static byte[] Tar()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            using var content = new MemoryStream(RandomNumberGenerator.GetBytes(4_000_000));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = content });
        }

        return tar.ToArray();
    }

    private static byte[] Zipped(byte[] tar)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(tar);
        }

        return zipped.ToArray();
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
