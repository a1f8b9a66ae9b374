using Harbor.Compose;
namespace Harbor.Bench;

/// <summary>What Compose takes to read many files as a list, and as the one file that Harbor makes of them.</summary>
internal static class MergedFile
{
    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        foreach (var count in new[] { 7, 50, 300 })
        {
            var files = Enumerable.Range(0, count).Select(i => Write(project, i)).ToList();
            var merged = MergedCompose.Reduce(project.Paths.State, files);
            await Measure.CompareAsync(
                $"`docker compose config -q` on {count} files, {(merged.Count == 1 ? "merged" : "few enough for the list itself")}",
                Config(project, merged), "as a list", Config(project, files), "", count < 300 ? 11 : 5, ct);
        }
    }

    private static Processes.Command Config(Project project, IEnumerable<string> files) =>
        project.Here(
            "docker", ["compose", "-p", project.Name, "--project-directory", project.Root,
            .. files.SelectMany(file => (string[])["-f", file]), "config", "-q"]);

    /// <summary>Every third file is an overlay of the service before it.</summary>
    private static string Write(Project project, int index)
    {
        var file = $"compose.{index}.yml";
        project.Write(file, index % 3 == 2
            ? $"services:\n  s{index - 1}:\n    environment: {{ OVERLAY: \"{index}\" }}\n"
            : $"services:\n  s{index}:\n    image: debian:bookworm\n    environment: {{ INDEX: \"{index}\" }}\n    volumes: " +
                $"[\"./data/{index}:/data\"]\n");
        return project.PathOf(file);
    }
}
