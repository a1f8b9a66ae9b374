using System.Text.Json;

namespace Harbor.Tests.Secrets.Sops;

/// <summary>The files of others in <c>Data/secrets</c>; its README.md says whose.</summary>
internal static class Vectors
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "secrets");

    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    public static JsonDocument Json(string file) => JsonDocument.Parse(Read(file));
}
