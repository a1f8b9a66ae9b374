using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Harbor.Server.Tasks;

/// <summary>Makes build specs of task folders: a deployment for each environment, a seed for each of its tasks.</summary>
internal static partial class TaskImport
{
    public const string ListFile = "tasks.json";

    /// <param name="to">Each deployment gets a folder there; one that an earlier import made is replaced.</param>
    /// <param name="agents">A folder of programs that play; null: none.</param>
    public static TaskImportResult Run(string from, string to, bool isSealed, string? agents)
    {
        if (agents is not null && !Directory.Exists(agents))
        {
            throw new UsageException($"There is no folder {agents}.");
        }

        var tasks = TaskFolder.ReadAll(from, isSealed);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var made = tasks.Where(task => task.Settings is not null).GroupBy(Kind)
            .Select(group => group.OrderBy(task => task.Name, StringComparer.Ordinal).ToList())
            .OrderBy(own => own[0].Name, StringComparer.Ordinal).Select(own => (Name: NewName(own, taken), Tasks: own)).ToList();
        foreach (var (name, own) in made)
        {
            var folder = Path.Combine(to, name);
            Replace(folder, fresh => new TaskContext(name, own, agents).Write(fresh));
        }

        var result = new TaskImportResult(
            [.. made.Select(group => new ImportedDeployment(group.Name, Path.Combine(to, group.Name, TaskContext.Spec),
                [.. group.Tasks.Select((task, seed) => new ImportedTask(task.Name, seed, task.Checksum, task.Found.Notes, task.Toml))]))],
            [.. tasks.Where(task => task.Settings is null).Select(task => new RefusedTask(task.Name, task.Found.Refusals))]);
        Directory.CreateDirectory(to);
        var list = result.Json().ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        File.WriteAllText(Path.Combine(to, ListFile), list + "\n");
        return result;
    }

    /// <summary>Tasks of one kind share an image and a deployment: the same environment with the same settings.</summary>
    private static string Kind(TaskFolder task)
    {
        var settings = task.Settings!;
        return string.Join('\n', FolderCopy.Digest(task.Environment), task.Dockerfile, settings.Limits.TimeoutS, settings.Limits.CpuCores,
            settings.Limits.MemoryMb, settings.Limits.DiskMb, settings.Network, settings.VerifyNetwork, string.Join(' ', settings.Hosts),
            settings.VerifyTimeoutS, string.Join('\n', settings.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal)));
    }

    private static string NameOf(IEnumerable<TaskFolder> tasks)
    {
        var names = tasks.Select(task => Unusual().Replace(task.Name, "-").TrimStart('.', '_', '-')).Order(StringComparer.Ordinal).ToList();
        var name = names[0].Length is 0 or > 100 ? $"task-{names[0]}"[..Math.Min(100, names[0].Length + 5)] : names[0];
        return names.Count == 1 ? name : $"{name}-and-{names.Count - 1}-more";
    }

    private static string NewName(IReadOnlyList<TaskFolder> tasks, HashSet<string> taken)
    {
        var name = NameOf(tasks);
        for (var number = 2; !taken.Add(name); number++)
        {
            name = $"{NameOf(tasks)}-{number}";
        }

        return name;
    }

    /// <summary>An import that fails leaves the earlier one.</summary>
    private static void Replace(string folder, Action<string> write)
    {
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, TaskContext.Spec)))
        {
            throw new UsageException($"{folder} is there already, and no import made it.");
        }

        var fresh = $"{folder}.{Path.GetRandomFileName()}";
        try
        {
            write(fresh);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(fresh, folder);
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Unusual();
}

internal sealed record ImportedTask(string Name, int Seed, string Checksum, IReadOnlyList<string> Notes, JsonObject Toml);

internal sealed record ImportedDeployment(string Name, string Spec, IReadOnlyList<ImportedTask> Tasks);

internal sealed record RefusedTask(string Name, IReadOnlyList<string> Reasons);

internal sealed record TaskImportResult(IReadOnlyList<ImportedDeployment> Deployments, IReadOnlyList<RefusedTask> Refused)
{
    /// <summary>As <c>tasks.json</c> has it: seed by seed, which task.</summary>
    public JsonObject Json() => new()
    {
        ["deployments"] = new JsonArray([.. Deployments.Select(deployment => (JsonNode)new JsonObject
        {
            ["name"] = deployment.Name,
            ["spec"] = $"{deployment.Name}/{TaskContext.Spec}",
            ["tasks"] = new JsonArray([.. deployment.Tasks.Select(task => (JsonNode)new JsonObject
            {
                ["seed"] = task.Seed,
                ["name"] = task.Name,
                ["checksum"] = task.Checksum,
                ["notes"] = Texts(task.Notes),
                ["task"] = task.Toml.DeepClone(),
            })]),
        })]),
        ["refused"] = new JsonArray([.. Refused.Select(task => (JsonNode)new JsonObject
        {
            ["name"] = task.Name,
            ["reasons"] = Texts(task.Reasons),
        })]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
