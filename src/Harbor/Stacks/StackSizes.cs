using System.Globalization;
using System.Text.Json;
using Harbor.Engines;
using Harbor.Files;

namespace Harbor.Stacks;

/// <summary>What a service takes on the disk, in bytes; null: not known. Services may share images, volumes and folders.</summary>
/// <param name="Written">By its containers, outside of volumes.</param>
/// <param name="Logs">Not known where they are root's, or on another machine.</param>
/// <param name="Volumes">Not known where their driver does not tell.</param>
/// <param name="Folders">Of this machine that it mounts; not known where the engine is on another one.</param>
public sealed record ServiceSize(string Service, long? Image, long? Written, long? Logs, long? Volumes, long? Folders)
{
    /// <summary>Of what is known.</summary>
    public long Total => Parts.Sum(part => part ?? 0);

    /// <summary>Whether all parts are known.</summary>
    public bool IsWhole => Parts.All(part => part is not null);

    private long?[] Parts => [Image, Written, Logs, Volumes, Folders];
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
                Sum(service.Select(container => container.ImageId), images),
                Sum(service.Select(container => container.Id), written),
                run.EngineIsHere ? Logs(service.Select(container => places[container.Id].Log)) : null,
                Sum(service.SelectMany(container => container.Volumes), volumes),
                run.EngineIsHere
                    ? service.SelectMany(container => places[container.Id].Folders).Distinct().Sum(MountedFiles.SizeOf) : null)),
        ];
    }

    /// <summary>Null where one of them is not known.</summary>
    private static long? Sum(IEnumerable<string> names, Dictionary<string, long?> sizes)
    {
        List<long?> all = [.. names.Distinct().Select(name => sizes.GetValueOrDefault(name))];
        return all.Contains(null) ? null : all.Sum();
    }

    /// <summary>As the docker command prints it: <c>79.6MB</c>, <c>0B</c>; <c>N/A</c> is not known.</summary>
    internal static long? Bytes(string size)
    {
        var end = size.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (end == 0 || !double.TryParse(size.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
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

    private static Dictionary<string, long?> Sizes(JsonElement root, string list, string key) =>
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
