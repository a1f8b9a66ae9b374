using System.Security.Cryptography;

namespace Harbor.Server.Pages;

/// <summary>The style and the script of the pages: files of this program, under names that change with their content.</summary>
internal static class PageAssets
{
    private const string Prefix = "/pages/";
    private static readonly byte[] StyleBytes = Read("harbor.css");
    private static readonly byte[] ScriptBytes = Read("harbor.js");

    public static string Style { get; } = $"{Prefix}{Digest(StyleBytes)}/harbor.css";
    public static string Script { get; } = $"{Prefix}{Digest(ScriptBytes)}/harbor.js";

    public static void Map(PageMap map)
    {
        map.GetOpen(Style, http => AnswerAsync(http, StyleBytes, "text/css; charset=utf-8"));
        map.GetOpen(Script, http => AnswerAsync(http, ScriptBytes, "text/javascript; charset=utf-8"));
        map.GetOpen("/favicon.ico", _ => Task.FromResult(Results.NoContent()));
    }

    private static Task<IResult> AnswerAsync(HttpContext http, byte[] bytes, string type)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Task.FromResult(Results.Bytes(bytes, type));
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"Harbor.Server.Pages.{name}")
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
