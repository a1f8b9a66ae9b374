using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests;

/// <summary>Contexts made by hand.</summary>
internal static class Archives
{
    public static byte[] Of(params IEnumerable<(string Name, string Text)> files) =>
        OfEntries(files.Select(file => (TarEntry)new UstarTarEntry(TarEntryType.RegularFile, file.Name)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file.Text)),
        }));

    public static byte[] OfEntries(params IEnumerable<TarEntry> entries)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var tar = new TarWriter(zip, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return packed.ToArray();
    }

    public static string Digest(byte[] packed)
    {
        using var zip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(zip))}";
    }

    /// <summary>The body that public clients send.</summary>
    public static JsonObject Create(string name, byte[] context, string? dockerfile = null) => new()
    {
        ["name"] = name,
        ["description"] = null,
        ["dockerfile"] = dockerfile,
        ["context_tar_base64"] = Convert.ToBase64String(context),
        ["entrypoint"] = "run_rollout --input /tmp/rollout.json --output /tmp/result.json",
        ["entrypoint_mode"] = "file",
        ["limits"] = new JsonObject { ["timeout_s"] = 300, ["cpu_cores"] = 1, ["memory_mb"] = 512, ["disk_mb"] = 1024 },
        ["env_vars"] = new JsonObject(),
        ["metadata"] = new JsonObject(),
    };
}
