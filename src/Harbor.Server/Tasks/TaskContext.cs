using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tasks;

/// <summary>
/// One deployment's folder: the context with the tasks of one environment, and two build specs. Only the second one's image has the
/// solutions.
/// </summary>
internal sealed class TaskContext(string name, IReadOnlyList<TaskFolder> tasks, string? agents)
{
    /// <summary>In the context, beside the environment's own files.</summary>
    public const string Folder = "harbor-tasks";

    public const string Spec = "harbor.build.yaml";
    public const string OracleSpec = "harbor.oracle.build.yaml";
    private const string Inside = $"/opt/{Folder}";
    private const string Verify = $"{Folder}/verify";
    private const string Ours = ".harbor";
    private static readonly Encoding Utf8 = new UTF8Encoding(false);

    private TaskFolder First => tasks[0];

    /// <param name="folder">Does not exist yet.</param>
    public void Write(string folder)
    {
        var context = Path.Combine(folder, "context");
        FolderCopy.Copy(First.Environment, context);
        var ours = Path.Combine(context, Folder);
        for (var seed = 0; seed < tasks.Count; seed++)
        {
            WriteTask(ours, seed, tasks[seed]);
        }

        Text(Path.Combine(ours, "run"), TaskScripts.Run(tasks.Count));
        Text(Path.Combine(context, Verify, Ours, "run"), TaskScripts.Verify(tasks.Count));
        Directory.CreateDirectory(Path.Combine(ours, "agents"));
        Text(Path.Combine(ours, "agents", "README"), "Programs that play, by their names; each gets the file with the instruction.\n");
        if (agents is not null)
        {
            Directory.Delete(Path.Combine(ours, "agents"), recursive: true);
            FolderCopy.Copy(agents, Path.Combine(ours, "agents"));
        }

        var ignored = Path.Combine(First.Environment, ".dockerignore");
        var ignore = (File.Exists(ignored) ? File.ReadAllText(ignored).TrimEnd() + "\n" : "") + $"!{Folder}\n!{Folder}/**\n";
        WriteSpec(folder, Spec, "Dockerfile", withSolutions: false, ignore + $"{Folder}/solutions\n");
        WriteSpec(folder, OracleSpec, "Dockerfile.oracle", withSolutions: true, ignore);
    }

    private static void WriteTask(string ours, int seed, TaskFolder task)
    {
        var settings = task.Settings!;
        var own = Path.Combine(ours, "tasks", $"{seed}");
        Directory.CreateDirectory(own);
        File.Copy(task.Instruction, Path.Combine(own, "instruction.md"));
        Text(Path.Combine(own, "result.json"), new JsonObject
        {
            ["metrics"] = new JsonObject { ["details"] = new JsonObject { ["task_id"] = task.Name } },
        }.ToJsonString() + "\n");
        Text(Path.Combine(own, "settings"), TaskScripts.Settings(new Dictionary<string, string?>
        {
            ["workdir"] = settings.Folder,
            ["user"] = settings.User,
            ["health"] = settings.Health,
            ["tries"] = $"{settings.HealthTries}",
            ["pause"] = settings.HealthPause.ToString(CultureInfo.InvariantCulture),
        }));
        var judge = Path.Combine(ours, "verify", Ours, $"{seed}");
        FolderCopy.Copy(task.Tests, Path.Combine(judge, "tests"));
        Text(Path.Combine(judge, "settings"), TaskScripts.Settings(new Dictionary<string, string?>
        {
            ["workdir"] = settings.Folder,
            ["user"] = settings.VerifyUser,
        }));
        Text(Path.Combine(judge, "variables"), TaskScripts.Settings(settings.VerifyVariables!));
        if (task.HasSolution)
        {
            var solution = Path.Combine(ours, "solutions", $"{seed}");
            FolderCopy.Copy(task.Solution, solution);
            Text(Path.Combine(solution, ".harbor-variables"), TaskScripts.Settings(settings.SolutionVariables!));
        }
    }

    private void WriteSpec(string folder, string file, string dockerfile, bool withSolutions, string ignore)
    {
        var ours = Path.Combine(folder, "context", Folder);
        var lines = new List<string>(((string[])["run", "tasks", "agents"]).Select(part => $"COPY {Folder}/{part} {Inside}/{part}\n"));
        if (withSolutions && tasks.Any(task => task.HasSolution))
        {
            lines.Add($"COPY {Folder}/solutions {Inside}/solutions\n");
            lines.Add(tasks.Count == 1 ? $"COPY {Folder}/solutions/0 /solution\n" : ""); // Else it depends on the seed.
        }

        const string bash = "command -v bash > /dev/null || ( echo 'test.sh needs bash, which this image lacks'; exit 1 )";
        Text(Path.Combine(ours, dockerfile), $"""
            {First.Dockerfile!.TrimEnd()}

            {string.Concat(lines)}RUN ["/bin/sh", "-c", "{bash}"]

            """);
        Text(Path.Combine(ours, $"{dockerfile}.dockerignore"), ignore);
        File.WriteAllText(Path.Combine(folder, file), JsonSpec(withSolutions ? $"{name}-oracle" : name, $"{Folder}/{dockerfile}",
            withSolutions), Utf8);
    }

    /// <summary>JSON is YAML.</summary>
    private string JsonSpec(string called, string dockerfile, bool withSolutions)
    {
        var settings = First.Settings!;
        var description = $"Imported: {string.Join(", ", tasks.Select(task => task.Name))}";
        var players = withSolutions ? ["oracle", "nop"] : Agents().Append("nop");
        var spec = new JsonObject
        {
            ["name"] = called,
            ["description"] = description[..Math.Min(2000, description.Length)],
            ["dockerfile_path"] = dockerfile,
            ["context_dir"] = "context",
            ["entrypoint"] = $"exec sh {Inside}/run",
            ["limits"] = new JsonObject
            {
                ["timeout_s"] = settings.Limits.TimeoutS,
                ["cpu_cores"] = settings.Limits.CpuCores,
                ["memory_mb"] = settings.Limits.MemoryMb,
                ["disk_mb"] = settings.Limits.DiskMb,
            },
            ["env_vars"] = new JsonObject([.. settings.Variables.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))]),
            ["metadata"] = new JsonObject
            {
                ["source"] = "harbor-framework",
                ["tasks"] = new JsonArray([.. tasks.Select(task => (JsonNode)task.Name)]),
                ["agents"] = new JsonArray([.. players.Select(player => (JsonNode)player)]),
            },
            ["exclude_globs"] = new JsonArray(), // All of the environment, as its author has it.
            ["network"] = settings.Network,
            ["verify_command"] = $"exec sh /tests/{Ours}/run",
            ["verify_dir"] = Verify,
            ["verify_timeout_s"] = settings.VerifyTimeoutS,
            ["verify_network"] = settings.VerifyNetwork,
        };
        if (settings.Hosts.Count > 0)
        {
            spec["allowed_hosts"] = new JsonArray([.. settings.Hosts.Select(host => (JsonNode)host)]);
        }

        return $"# Written by ./harbor tasks import.\n{spec.ToJsonString(new JsonSerializerOptions { WriteIndented = true })}\n";
    }

    private IEnumerable<string> Agents() => agents is null ? []
        : Directory.GetFiles(agents).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static void Text(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.ReplaceLineEndings("\n"), Utf8);
    }
}
