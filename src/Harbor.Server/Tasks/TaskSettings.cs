using System.Globalization;
using System.Text.RegularExpressions;
using Harbor.Deployments;

namespace Harbor.Server.Tasks;

/// <summary>What a <c>task.toml</c> asks for, in the words of a build spec.</summary>
internal sealed partial record TaskSettings
{
    private const double DefaultTimeout = 600;
    private static readonly string[] Versions = ["1.0", "1.1", "1.2", "1.3", "1.4"];

    /// <summary>Names whose values are no business of a sandbox.</summary>
    private static readonly string[] Secrets = ["KEY", "TOKEN", "SECRET", "PASSWORD"];

    public string? Image { get; init; }
    public required HarborLimits Limits { get; init; }
    public required string Network { get; init; }
    public required string VerifyNetwork { get; init; }
    public required IReadOnlyList<string> Hosts { get; init; }
    public required long VerifyTimeoutS { get; init; }
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    public required IReadOnlyDictionary<string, string> VerifyVariables { get; init; }
    public required IReadOnlyDictionary<string, string> SolutionVariables { get; init; }
    public string? Folder { get; init; }
    public string? User { get; init; }
    public string? VerifyUser { get; init; }
    public string? Health { get; init; }
    public int HealthTries { get; init; }
    public double HealthPause { get; init; }

    /// <param name="isSealed">What may reach everything reaches models only, and its verifier nothing.</param>
    public static TaskSettings Read(TaskTable root, TaskFindings found, bool isSealed)
    {
        if ((root.Text("schema_version") ?? root.Text("version")) is { } version && !Versions.Contains(version))
        {
            found.Notes.Add($"schema_version {version} is not known; read as {Versions[^1]}");
        }

        root.Node("version");
        root.Node("task");
        root.Node("metadata");
        root.Node("source");
        Refuse(root.Node("steps") is not null, found, "[[steps]] are not supported");
        var (environment, agent, verifier, solution) =
            (root.Table("environment"), root.Table("agent"), root.Table("verifier"), root.Table("solution"));
        var (health, judge) = (environment.Table("healthcheck"), verifier.Table("environment"));
        Refuse(environment.Number("gpus") > 0, found, "environment.gpus: sandboxes have no GPU");
        environment.Node("gpu_types");
        Refuse(environment.Node("mcp_servers") is not null || root.Node("mcp_servers") is not null, found,
            "mcp_servers are not supported");
        Refuse(environment.Text("os") is { } system && system != "linux", found, "environment.os: only linux is supported");
        Refuse(verifier.Node("environment") is not null || verifier.Text("environment_mode") is not (null or "shared"), found,
            "verifier.environment: a verifier with an image of its own is not supported");
        if (environment.Number("build_timeout_sec") > 1800)
        {
            found.Notes.Add("environment.build_timeout_sec: a build ends after the server's Sandbox:BuildTimeoutS (1800 s)");
        }

        var networks = Networking(environment, agent, verifier, found, isSealed);
        var settings = new TaskSettings
        {
            Image = environment.Text("docker_image"),
            Limits = new HarborLimits
            {
                TimeoutS = Fit(agent.At("timeout_sec"), agent.Number("timeout_sec") ?? DefaultTimeout, 30, 3600, found),
                CpuCores = Fit(environment.At("cpus"), environment.Number("cpus") ?? 1, 1, 8, found),
                MemoryMb = Fit(environment.At("memory_mb"), Megabytes(environment, "memory_mb", "memory", 2048, found), 512, 32768, found),
                DiskMb = Fit(environment.At("storage_mb"), Megabytes(environment, "storage_mb", "storage", 10240, found), 1024, 102400,
                    found),
            },
            Network = networks.Agent,
            VerifyNetwork = networks.Verifier,
            Hosts = networks.Hosts,
            VerifyTimeoutS = Fit(verifier.At("timeout_sec"), verifier.Number("timeout_sec") ?? DefaultTimeout, 1, 3600, found),
            Variables = Filled(environment, found),
            VerifyVariables = Filled(verifier, found),
            SolutionVariables = Filled(solution, found),
            Folder = environment.Text("workdir"),
            User = UserOf(agent, found),
            VerifyUser = UserOf(verifier, found),
            Health = health.Text("command"),
            HealthTries = (int)(health.Number("retries") ?? 3),
            HealthPause = health.Number("interval_sec") ?? 5,
        };
        foreach (var name in (string[])["timeout_sec", "start_period_sec", "start_interval_sec"])
        {
            health.Node(name);
        }

        foreach (var table in (TaskTable[])[root, environment, agent, verifier, solution, health])
        {
            table.TellUnknown();
        }

        return settings;
    }

    private static (string Agent, string Verifier, IReadOnlyList<string> Hosts) Networking(
        TaskTable environment, TaskTable agent, TaskTable verifier, TaskFindings found, bool isSealed)
    {
        var allows = environment.Flag("allow_internet") ?? true;
        var (mode, hosts) = (environment.Text("network_mode") ?? (allows ? "public" : "no-network"), environment.Texts("allowed_hosts"));
        var (agentMode, agentHosts) = (agent.Text("network_mode") ?? mode, agent.Texts("allowed_hosts"));
        var (judgeMode, judgeHosts) = (verifier.Text("network_mode") ?? mode, verifier.Texts("allowed_hosts"));
        var (agents, judges) = (Policy(agentMode), Policy(judgeMode));
        var (first, second) = (agentHosts.Count > 0 ? agentHosts : hosts, judgeHosts.Count > 0 ? judgeHosts : hosts);
        Refuse(agents == Networks.Allowlist && judges == Networks.Allowlist && !first.SequenceEqual(second), found,
            "allowed_hosts of [agent] and [verifier] differ: a deployment has one list");
        return (agents == Networks.None || (isSealed && agents == Networks.Full) ? Networks.Inference : agents,
            isSealed && judges == Networks.Full ? Networks.None : judges,
            agents == Networks.Allowlist ? first : judges == Networks.Allowlist ? second : []);

        string Policy(string word)
        {
            Refuse(word is not ("public" or "no-network" or "allowlist"), found,
                $"network_mode must be public, no-network or allowlist (got '{word}')");
            return word switch { "no-network" => Networks.None, "allowlist" => Networks.Allowlist, _ => Networks.Full };
        }
    }

    private static void Refuse(bool isSo, TaskFindings found, string reason)
    {
        if (isSo)
        {
            found.Refusals.Add(reason);
        }
    }

    /// <summary>Less than a sandbox can have is raised; more than it can have is refused, since the task would not be the same.</summary>
    private static long Fit(string name, double value, long least, long most, TaskFindings found)
    {
        var whole = (long)Math.Ceiling(Math.Clamp(value, 0, 1e12));
        Refuse(whole > most, found, $"{name} is {whole}: a sandbox may have at most {most}");
        if (whole < least)
        {
            found.Notes.Add($"{name} is raised from {value.ToString(CultureInfo.InvariantCulture)} to {least}");
        }

        return Math.Clamp(whole, least, most);
    }

    /// <summary>A number; or in older files a text such as <c>4G</c>.</summary>
    private static double Megabytes(TaskTable table, string name, string older, double otherwise, TaskFindings found)
    {
        var number = table.Number(name);
        if (number is not null || table.Text(older) is not { } text)
        {
            table.Node(older);
            return number ?? otherwise;
        }

        if (Size().Match(text) is { Success: true } size)
        {
            var factor = size.Groups[2].Value.ToUpperInvariant() switch { "T" => 1024 * 1024, "G" => 1024, "K" => 1 / 1024.0, _ => 1 };
            return double.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture) * factor;
        }

        found.Refusals.Add($"{table.At(older)} must look like 4G (got '{text}')");
        return otherwise;
    }

    /// <summary><c>${VAR}</c> and <c>${VAR:-default}</c> are filled in from the variables of this process.</summary>
    private static Dictionary<string, string> Filled(TaskTable table, TaskFindings found) => table.Variables("env").ToDictionary(
        pair => pair.Key, pair => Reference().Replace(pair.Value, match =>
        {
            var name = match.Groups[1].Value;
            if (Secrets.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                found.Refusals.Add($"{table.At("env")}.{pair.Key} wants ${{{name}}}: secrets do not enter sandboxes");
                return "";
            }

            var value = Environment.GetEnvironmentVariable(name);
            if (!string.IsNullOrEmpty(value) || match.Groups[2].Success)
            {
                return string.IsNullOrEmpty(value) ? match.Groups[2].Value : value;
            }

            found.Refusals.Add($"{table.At("env")}.{pair.Key} wants ${{{name}}}, which is not set");
            return "";
        }), StringComparer.Ordinal);

    private static string? UserOf(TaskTable table, TaskFindings found)
    {
        if (table.Node("user") is not { } node || $"{node}" is "root" or "0")
        {
            return null;
        }

        Refuse(!Name().IsMatch($"{node}"), found, $"{table.At("user")} must be a user's name (got '{node}')");
        return $"{node}";
    }

    [GeneratedRegex(@"^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Size();

    [GeneratedRegex(@"\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]*$")]
    private static partial Regex Name();
}
