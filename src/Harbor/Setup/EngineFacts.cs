using System.Globalization;
using System.Text.Json;
using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>What an engine tells of itself: <c>docker info</c>.</summary>
/// <param name="Folder">Where it keeps images and volumes.</param>
/// <param name="Memory">In bytes, of its machine.</param>
/// <param name="Time">Of its clock; null where it does not say.</param>
/// <param name="Registry">The host of Docker's own registry; null where it does not say.</param>
/// <param name="Mirrors">Addresses from which it pulls images of Docker's own registry.</param>
public sealed record EngineFacts(
    string Version, string Folder, string Driver, long Memory, DateTimeOffset? Time, IReadOnlyList<string> Runtimes,
    string DefaultRuntime, string? Registry, IReadOnlyList<string> Mirrors, IReadOnlyList<string> Proxies, IReadOnlyList<string> Warnings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Null where the engine does not answer.</summary>
    public static async Task<EngineFacts?> ReadAsync(RunScope scope, CancellationToken ct)
    {
        try
        {
            var result = await (scope.Command("docker", "info", "--format", "{{json .}}") with { Timeout = Patience }).TryRunAsync(ct);
            return result.ExitCode == 0 ? Parse(result.Output) : null;
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }

    /// <summary>Null for what is no such document, or one with the engine's error.</summary>
    public static EngineFacts? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var info = document.RootElement;
            return info.Text("ServerVersion").Length == 0 ? null : new EngineFacts(
                info.Text("ServerVersion"),
                info.Text("DockerRootDir"),
                info.Text("Driver"),
                info.TryGetProperty("MemTotal", out var memory) && memory.TryGetInt64(out var bytes) ? bytes : 0,
                DateTimeOffset.TryParse(info.Text("SystemTime"), CultureInfo.InvariantCulture, out var time) ? time : null,
                [.. info.Members("Runtimes").Select(runtime => runtime.Name).Order(StringComparer.Ordinal)],
                info.Text("DefaultRuntime"),
                Uri.TryCreate(info.Text("IndexServerAddress"), UriKind.Absolute, out var registry) ? registry.Host : null,
                [.. (info.Object("RegistryConfig") ?? default).Items("Mirrors").Select(mirror => mirror.ToString())],
                [.. new[] { info.Text("HttpProxy"), info.Text("HttpsProxy") }.Where(proxy => proxy.Length > 0).Distinct()],
                [.. info.Items("Warnings").Select(warning => warning.ToString())]);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
