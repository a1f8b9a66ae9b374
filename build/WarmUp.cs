using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using YamlDotNet.Core;

namespace Harbor.Build;

/// <summary>Loads on another core, while the command line is read, what nearly every run needs a moment later: the YAML reader, OpenSSL, JSON, sockets.</summary>
internal static class WarmUp
{
    public static void Start() => new Thread(Load) { IsBackground = true }.Start();

    private static void Load()
    {
        var yaml = new Parser(new StringReader("a: [b, {c: 'd'}]\n"));
        while (yaml.MoveNext())
        {
        }

        _ = SHA256.HashData([]);
        using var json = JsonDocument.Parse("{}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    }
}
