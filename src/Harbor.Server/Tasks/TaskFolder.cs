using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Yaml;

namespace Harbor.Server.Tasks;

/// <summary>
/// A task of Terminal-Bench or harbor-framework: <c>task.toml</c>, <c>instruction.md</c>, <c>environment/</c>, <c>tests/test.sh</c>,
/// <c>solution/solve.sh</c>.
/// </summary>
internal sealed class TaskFolder
{
    public const string File = "task.toml";

    /// <summary>Of the folder.</summary>
    public required string Name { get; init; }

    public required string Path { get; init; }
    public required TaskFindings Found { get; init; }

    /// <summary>The whole file.</summary>
    public JsonObject Toml { get; init; } = [];

    /// <summary>Null: it is refused.</summary>
    public TaskSettings? Settings { get; init; }

    /// <summary>The text of its image; null: it is refused.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Over everything in the folder.</summary>
    public string Checksum => FolderCopy.Digest(Path);

    public string Environment => System.IO.Path.Combine(Path, "environment");
    public string Tests => System.IO.Path.Combine(Path, "tests");
    public string Solution => System.IO.Path.Combine(Path, "solution");
    public string Instruction => System.IO.Path.Combine(Path, "instruction.md");
    public bool HasSolution => System.IO.File.Exists(System.IO.Path.Combine(Solution, "solve.sh"));

    /// <summary>The folder itself, or each folder in it, by name.</summary>
    /// <exception cref="UsageException">There is no task.</exception>
    public static IReadOnlyList<TaskFolder> ReadAll(string folder, bool isSealed)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"There is no folder {folder}.");
        }

        string[] all = IsTask(folder) ? [folder] : [.. Directory.GetDirectories(folder).Where(IsTask).Order(StringComparer.Ordinal)];
        return all.Length > 0 ? [.. all.Select(path => Read(path, isSealed))]
            : throw new UsageException($"{folder} is no task and has none: a task is a folder with {File}.");
    }

    private static bool IsTask(string folder) => System.IO.File.Exists(System.IO.Path.Combine(folder, File))
        || System.IO.File.Exists(System.IO.Path.Combine(folder, "task.yaml"));

    private static TaskFolder Read(string path, bool isSealed)
    {
        var found = new TaskFindings();
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var task = new TaskFolder { Name = System.IO.Path.GetFileName(full), Path = full, Found = found };
        var file = System.IO.Path.Combine(full, File);
        if (!System.IO.File.Exists(file))
        {
            found.Refusals.Add("task.yaml is the format before task.toml, which is not read");
            return task;
        }

        try
        {
            var toml = new TomlText(File, System.IO.File.ReadAllText(file)).Root;
            var settings = TaskSettings.Read(new TaskTable(toml, "", found), found, isSealed);
            var dockerfile = task.ReadDockerfile(settings);
            task.CheckFiles();
            return found.Refusals.Count > 0 ? task : new TaskFolder
            {
                Name = task.Name,
                Path = full,
                Found = found,
                Toml = toml,
                Settings = settings,
                Dockerfile = dockerfile,
            };
        }
        catch (HarborSpecException error)
        {
            found.Refusals.Add(error.Message);
            return task;
        }
    }

    private void CheckFiles()
    {
        foreach (var (name, exists) in new[]
        {
            ("instruction.md", System.IO.File.Exists(Instruction)), ("tests/test.sh", System.IO.File.Exists(Tests + "/test.sh")),
        })
        {
            if (!exists)
            {
                Found.Refusals.Add($"{name} is missing");
            }
        }

        if (Directory.Exists(System.IO.Path.Combine(Environment, TaskContext.Folder)))
        {
            Found.Refusals.Add($"environment/{TaskContext.Folder} is a name that the import needs");
        }

        foreach (var folder in (string[])[Environment, Tests, Solution])
        {
            Found.Refusals.AddRange(FolderCopy.Special(folder));
        }
    }

    /// <summary>Of the environment; else of its only service; else of the image that it names.</summary>
    private string? ReadDockerfile(TaskSettings settings)
    {
        var file = System.IO.Path.Combine(Environment, "Dockerfile");
        var image = settings.Image;
        string[] compose = ["docker-compose.yaml", "docker-compose.yml"];
        if (compose.Select(name => System.IO.Path.Combine(Environment, name)).FirstOrDefault(System.IO.File.Exists) is { } services)
        {
            (var name, image) = ReadCompose(services, image);
            file = System.IO.Path.Combine(Environment, name ?? "Dockerfile");
        }

        if (System.IO.File.Exists(file))
        {
            if (settings.Image is not null)
            {
                Found.Notes.Add("environment.docker_image is not used: there is a Dockerfile");
            }

            return System.IO.File.ReadAllText(file);
        }

        if (image is null)
        {
            Found.Refusals.Add("environment/Dockerfile is missing, and no docker_image is named");
        }

        return $"FROM {image}\n";
    }

    /// <returns>The Dockerfile or the image of its one service.</returns>
    private (string? Dockerfile, string? Image) ReadCompose(string file, string? image)
    {
        var problems = new ProblemList();
        try
        {
            var root = YamlTree.Parse(YamlText.Read(file, file), file, problems) as YamlMap;
            var services = Member(root, "services") as YamlMap;
            var all = services?.Members().ToList() ?? [];
            if (all.Count != 1 || all[0].Value is not YamlMap service)
            {
                Found.Refusals.Add($"{System.IO.Path.GetFileName(file)} has {all.Count} services: only one is supported");
                return (null, image);
            }

            var build = Member(service, "build");
            var context = (build as YamlScalar)?.Value ?? (Member(build as YamlMap, "context") as YamlScalar)?.Value ?? ".";
            if (context is not ("." or "./"))
            {
                Found.Refusals.Add($"build.context of the service must be the folder environment (got '{context}')");
            }

            var left = service.Members().Select(pair => pair.Key.Value).Where(key => key is not ("build" or "image")).ToList();
            if (left.Count > 0)
            {
                Found.Notes.Add($"not read of {System.IO.Path.GetFileName(file)}: {string.Join(", ", left)}");
            }

            return ((Member(build as YamlMap, "dockerfile") as YamlScalar)?.Value,
                (Member(service, "image") as YamlScalar)?.Value ?? image);
        }
        catch (InvalidStackException error)
        {
            Found.Refusals.Add(error.Message);
            return (null, image);
        }
    }

    private static YamlNode? Member(YamlMap? map, string name) =>
        map?.Members().Where(pair => pair.Key.Value == name).Select(pair => pair.Value).FirstOrDefault();
}
