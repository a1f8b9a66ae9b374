using System.Globalization;
using System.Text.Json;
using Harbor.Engines;
using Harbor.Files;

namespace Harbor.Stacks;

/// <summary>What a service takes on the disk, in bytes. Services may share images, volumes and folders.</summary>
/// <param name="Written">By its containers, outside of volumes.</param>
/// <param name="Logs">Null where they can't be read: they are root's, or on another machine.</param>
/// <param name="Folders">Of this machine that it mounts; null where the engine is on another one.</param>
public sealed record ServiceSize(string Service, long Image, long Written, long? Logs, long Volumes, long? Folders)
{
    public long Total => Image + Written + (Logs ?? 0) + Volumes + (Folders ?? 0);
}

/// <summary>What a stack takes on the disk.</summary>
public static class StackSizes
{
    /// <exception cref="HarborException">The engine does not tell.</exception>
    public static async Task<IReadOnlyList<ServiceSize>> FindAsync(
        StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var usage = await run.Scope.Command("docker", "system", "df", "--verbose", "--format", "{{json .}}").RunAsync(ct);
        using var document = JsonDocument.Parse(usage.Output);
        var root = document.RootElement;
        var images = Sizes(root, "Images", "ID");
        var written = Sizes(root, "Containers", "ID");
        var volumes = Sizes(root, "Volumes", "Name");
        var places = await PlacesAsync(run, containers, ct);
        return
        [
            .. containers.GroupBy(container => container.Service).Select(service => new ServiceSize(
                service.Key,
                service.Select(container => container.ImageId).Distinct().Sum(image => images.GetValueOrDefault(image)),
                service.Sum(container => written.GetValueOrDefault(container.Id)),
                run.EngineIsHere ? Logs(service.Select(container => places[container.Id].Log)) : null,
                service.SelectMany(container => container.Volumes).Distinct().Sum(volume => volumes.GetValueOrDefault(volume)),
                run.EngineIsHere
                    ? service.SelectMany(container => places[container.Id].Folders).Distinct().Sum(MountedFiles.SizeOf) : null)),
        ];
    }

    /// <summary>As the docker command prints it: <c>79.6MB</c>, <c>0B</c>, <c>N/A</c>.</summary>
    internal static long Bytes(string size)
    {
        var end = size.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (end == 0 || !double.TryParse(size.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return 0;
        }

        return (long)(number * size[end..].Split(' ')[0].ToUpperInvariant() switch
        {
            "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            _ => 1,
        });
    }

    private static Dictionary<string, long> Sizes(JsonElement root, string list, string key) =>
        root.Items(list).GroupBy(item => item.Text(key)).ToDictionary(same => same.Key, same => Bytes(same.First().Text("Size")));

    private static async Task<Dictionary<string, (string Log, IReadOnlyList<string> Folders)>> PlacesAsync(
        StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var result = await run.Scope.Command(
            "docker", ["inspect", "--format", "{{json .}}", .. containers.Select(container => container.Id)]).RunAsync(ct);
        var places = new Dictionary<string, (string, IReadOnlyList<string>)>();
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var container = JsonDocument.Parse(line);
            places[container.RootElement.Text("Id")] = (container.RootElement.Text("LogPath"),
                [.. container.RootElement.Items("Mounts").Where(mount => mount.Text("Type") == "bind")
                    .Select(mount => mount.Text("Source")).Where(source => source is not ("/" or "/var/run/docker.sock"))]);
        }

        return places;
    }

    /// <summary>With the older files of a log that is rotated.</summary>
    private static long? Logs(IEnumerable<string> files)
    {
        long? total = null;
        foreach (var file in files.Where(file => file.Length > 0))
        {
            try
            {
                total = (total ?? 0) + Directory.EnumerateFiles(Path.GetDirectoryName(file)!, $"{Path.GetFileName(file)}*")
                    .Sum(part => new FileInfo(part).Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return total;
    }
}
