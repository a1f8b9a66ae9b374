using System.Text;
using System.Text.Json;
using Harbor.Hashing;

namespace Harbor.Engines;

/// <summary>The folder <c>~/.docker</c>: which context is current, and where each context's engine is.</summary>
internal sealed record DockerConfiguration(string Folder)
{
    public string File => Path.Combine(Folder, "config.json");

    public static DockerConfiguration In(IReadOnlyDictionary<string, string> environment) =>
        new(environment.TryGetValue("DOCKER_CONFIG", out var folder) && folder.Length > 0
            ? folder
            : Path.Combine(environment.TryGetValue(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME", out var home)
                ? home : "/", ".docker"));

    /// <summary>Null where the file or the entry is missing.</summary>
    public string? CurrentContext()
    {
        using var config = Read(File);
        return config?.RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("currentContext", out var context) && context.GetString() is { Length: > 0 } name ? name : null;
    }

    public EngineEndpoint Context(string name, string source)
    {
        var id = Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(name)));
        var path = Path.Combine(Folder, "contexts", "meta", id, "meta.json");
        using var meta = Read(path);
        if (meta is null)
        {
            throw new HarborException(
                $"There is no docker context '{name}', which {source} names. See `docker context ls`, then `docker context use NAME`.");
        }

        if (!meta.RootElement.TryGetProperty("Endpoints", out var endpoints) || !endpoints.TryGetProperty("docker", out var docker)
            || !docker.TryGetProperty("Host", out var host) || host.GetString() is not { Length: > 0 } address)
        {
            throw new HarborException($"The docker context '{name}' names no engine: Endpoints.docker.Host is missing in {path}.");
        }

        var tls = Directory.Exists(Path.Combine(Folder, "contexts", "tls", id, "docker"));
        return EngineEndpoint.Parse(address, tls, $"docker context '{name}'");
    }

    private static JsonDocument? Read(string path)
    {
        try
        {
            return JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException or IOException)
        {
            throw new HarborException($"{path} could not be read, so Harbor does not know where the container engine is: {e.Message}", e);
        }
    }
}
