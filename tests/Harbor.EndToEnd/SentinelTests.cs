namespace Harbor.EndToEnd;

/// <summary>
/// Every secret is a sentinel that occurs nowhere else. It may stand where the user put it (etc/secrets.env, HARBOR_ENV_, --set), in the
/// one template that asks for it, and in Compose's environment and the containers that are given it; after every kind of run, all other
/// places are searched for it in every form.
/// </summary>
[Trait("Category", "Engine")]
public sealed class SentinelTests
{
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["PASSWORD"] = Sentinels.Make("file"),
        ["TOKEN"] = Sentinels.Make("env"),
        ["PIN"] = Sentinels.Make("set"),
        ["KEY"] = Sentinels.MakeKey(),
    };

    /// <summary>What a careless program prints: the values, encoded, traced by the shell, in two halves.</summary>
    private const string Careless = """
        set -x
        : "$PASSWORD" "$TOKEN" "$PIN" "$KEY"
        set +x
        for value in "$PASSWORD" "$TOKEN" "$PIN" "$KEY"; do
          printf 'value %s\n' "$value"
          printf %s "user:$value" | base64 -w0; echo
          printf %s "$value" | od -An -v -tx1 | tr -d ' \n'; echo
          printf 'quoted %q\n' "$value"
          printf %s "half ${value:0:9}"; sleep 0.1; printf '%s\n' "${value:9}"
        done
        exit ${1:-0}
        """;

    [Fact]
    public async Task No_secret_gets_anywhere_but_where_it_is_needed()
    {
        await using var project = new TestProject();
        var given = $"PIN={Secrets["PIN"]}";
        WriteCarelessStack(project);
        var temporary = Directory.CreateDirectory(project.PathOf("../tmp")).FullName;
        project.Environment["TMPDIR"] = temporary;
        project.Environment["HARBOR_ENV_TOKEN"] = Secrets["TOKEN"];
        var scan = new SentinelScan(Secrets);
        await using var watch = new ProcessWatch(scan, project.Root, given);
        watch.Start();
        var found = new List<string>();
        var rendered = project.PathOf("var/run/web/config/asked.conf");

        await RunAsync(0, "--target=Prepare");
        Assert.Contains(Secrets["PASSWORD"], File.ReadAllText(rendered));
        var deployed = await RunAsync(0, "--target=Deploy");
        Assert.Contains("init | value ***\n", deployed);
        Assert.Contains("init | half ***\n", deployed);
        await RunAsync(0, "--target=Source", "--output", "json");
        await RunAsync(0, "--target=Prepare", "--output", "json");
        await RunAsync(0, "--target=Deploy", "--output", "json");
        // On one stream: the engine mixes a health check's two as they come, which may be inside of a secret.
        project.Replace(
            "etc/stacks/compose.worker.yml", "test: [\"CMD\", \"true\"]", "test: [\"CMD-SHELL\", \"bash /config/careless 1 2>&1\"]");
        var failed = await RunAsync(1, "--target=Deploy");
        Assert.Contains("its health check printed:\n", failed);
        Assert.Contains("    + : '***' '***' '***' '***'\n", failed);
        await RunAsync(1, "--target=Deploy", "--verbosity=Diagnostic");
        project.Replace("etc/stacks/compose.worker.yml", "command: [\"sleep\", \"100000\"]",
            "command: [\"bash\", \"-c\", \"cat /run/secrets/password; base64 -w0 /run/secrets/password; exit 3\"]");
        var ended = await RunAsync(1, "--target=Deploy");
        Assert.Contains("***", ended[ended.IndexOf("exited with code 3", StringComparison.Ordinal)..]);
        await RunAsync(0, "--target=Plan");
        await RunAsync(0, "--target=Plan", "--output", "json");
        await RunAsync(0, "--target=Env");
        await RunAsync(0, "--target=History");
        await RunAsync(0, "--target=History", "--output", "json");
        await RunAsync(0, "--target=Destroy", "--verbosity=Diagnostic");

        Assert.Empty(found.Concat(watch.Found));
        Assert.True(watch.SawCompose);

        async Task<string> RunAsync(int exitCode, params string[] args)
        {
            string[] set = args[0] is "--target=History" or "--target=Destroy" ? [] : ["--set", given]; // The others take no values.
            var result = await project.ExpectAsync(exitCode, [.. args, .. set]);
            var run = string.Join(' ', args);
            found.AddRange(scan.Find($"{run}: output", result.Output).Concat(scan.Find($"{run}: errors", result.Error)));
            found.AddRange(scan.FindInFolder(project.PathOf("var"), rendered).Concat(scan.FindInFolder(temporary)));
            foreach (var (service, container) in await project.ContainersAsync())
            {
                var format = service is "web"
                    ? "{{json .}}" : "{{json .Config.Labels}} {{json .HostConfig}} {{json .Mounts}} {{json .Args}} {{json .Name}}";
                found.AddRange(
                    scan.Find($"{run}: docker inspect {service}", await TestProject.DockerAsync("inspect", "--format", format, container)));
            }

            return result.Output + result.Error;
        }
    }

    /// <summary>
    /// init and worker are given the secrets and say them, in the log and in the health check's output; web is given none.
    /// </summary>
    private static void WriteCarelessStack(TestProject project)
    {
        project.Write(
            "etc/secrets.env",
            string.Concat(Secrets.Select(secret => $"{secret.Key}='{(secret.Key is "PASSWORD" or "KEY"
                ? secret.Value.Replace("'", "\\'", StringComparison.Ordinal)
                : "unused-in-this-run")}'\n")),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
        project.Write("stacks/web/templates/asked.conf", "password {{PASSWORD}}\n");
        project.Write("stacks/web/templates/careless", Careless);
        project.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs, target: [init] }");
        const string Told = """
            environment: { PASSWORD: "${PASSWORD}", TOKEN: "${TOKEN}", PIN: "${PIN}", KEY: "${KEY}" }
                volumes: ["./var/run/web/config:/config:ro"]
            """;
        project.Replace("etc/stacks/compose.init.yml", "command: [\"true\"]", $"command: [\"bash\", \"/config/careless\"]\n    {Told}");
        project.Replace("etc/stacks/compose.worker.yml", "environment: { LEVEL: \"${LEVEL}\" }\n    configs:",
            $"{Told}\n    healthcheck: {{ test: [\"CMD\", \"true\"], interval: 300ms, timeout: 30s, retries: 1 }}\n    configs:");
        project.Replace("etc/stacks/compose.worker.yml", "    volumes: [\"data:/data\"]\n", "");
    }
}
