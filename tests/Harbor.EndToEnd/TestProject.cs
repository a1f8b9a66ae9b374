using System.Diagnostics;
using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// A project of its own in a temporary folder: a small stack on the base image, worked on by the real ./build.sh. Takes down what it
/// deployed.
/// </summary>
internal sealed class TestProject : IAsyncDisposable
{
    /// <summary>Of what a test types itself: what Harbor starts has another one.</summary>
    public const string RunId = "typed-by-a-test";

    public const string Secret = "s3ntinel-Wq8ZpLx4Rt7Kv2";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private bool _mayHaveDeployed;
    private readonly string _temporary = Directory.CreateTempSubdirectory("harbor-e2e-").FullName;

    /// <param name="folder">Of the project, inside a temporary one.</param>
    public TestProject(string folder = "")
    {
        Root = Path.Combine(_temporary, folder);
        Write("etc/harbor.yaml", $$"""
            version: 1
            name: {{Name}}
            profiles:
              default: { services: [web, worker, init] }
            source: { rules: { autoCapabilities: false } }
            deploy:
              steps:
                - { action: compose.up, timeout: 60s }
            post_deploy:
              steps:
                - { action: health }
            destroy:
              cleanRun: true
              steps:
                - { action: compose.down }
            """);
        Write("etc/sys.env", "GREETING=hello\nLEVEL=1\n");
        Write("etc/secrets.env", $"PASSWORD={Secret}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\n");
        Write("etc/stacks/compose.yml", "x-note: what every selection shares\n");
        // So many retries: a test on a slow machine looks at a service that starts, not at one that is unhealthy meanwhile.
        Write("etc/stacks/compose.web.yml", """
            services:
              web:
                image: debian:bookworm
                init: true
                command: ["sh", "-c", "touch /tmp/ok; exec sleep 100000"]
                stop_grace_period: 0s
                volumes: ["./var/run/web/config:/config:ro"]
                healthcheck: { test: ["CMD", "test", "-f", "/tmp/ok"], interval: 300ms, timeout: 5s, retries: 1000 }
            """);
        Write("etc/stacks/compose.worker.yml", """
            services:
              worker:
                image: debian:bookworm
                init: true
                command: ["sleep", "100000"]
                stop_grace_period: 0s
                environment: { LEVEL: "${LEVEL}" }
                configs: [{ source: inline, target: /inline.conf }]
                secrets: [password]
                volumes: ["data:/data"]
            configs:
              inline: { content: "inline one\n" }
            secrets:
              password: { environment: PASSWORD }
            volumes:
              data:
            """);
        Write("etc/stacks/compose.init.yml", """
            services:
              init:
                image: debian:bookworm
                command: ["true"]
                labels: { harbor.one-shot: "true" }
            """);
    }

    public string Root { get; }

    public string Name { get; set; } = $"e2e{Guid.NewGuid():N}"[..12];

    /// <summary>What the user's shell has. The native host is waited for: the target Compile makes it before.</summary>
    public Dictionary<string, string> Environment { get; } = new(TestScope.New().ChildVariables()) { ["HARBOR_NATIVE"] = "on" };

    public string PathOf(string file) => Path.Combine(Root, file);

    public string Read(string file) => File.ReadAllText(PathOf(file));

    public void Write(string file, string content, UnixFileMode? mode = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), content);
        if (mode is { } wanted)
        {
            File.SetUnixFileMode(PathOf(file), wanted);
        }
    }

    public void Replace(string file, string old, string @new)
    {
        Assert.Contains(old, Read(file));
        File.WriteAllText(PathOf(file), Read(file).Replace(old, @new, StringComparison.Ordinal));
    }

    /// <summary>The service listens on its port 8080, which is published at a port that the engine chooses.</summary>
    public void Listen(string service)
    {
        const string Server = "$s=IO::Socket::INET->new(LocalPort=>8080,Listen=>9,ReuseAddr=>1);touch();while($c=$s->accept){close $c}"
            + "sub touch{open F,q(>),q(/tmp/ok)}";
        var file = $"etc/stacks/compose.{service}.yml";
        var lines = Read(file).Split('\n').Select(line => line.TrimStart().StartsWith("command:", StringComparison.Ordinal)
            ? $"    command: [perl, -MIO::Socket::INET, -e, '{Server.Replace("$", "$$", StringComparison.Ordinal)}']\n"
                + "    ports: [\"0.0.0.0:0:8080\"]"
            : line);
        Write(file, string.Join('\n', lines));
    }

    /// <summary>
    /// In place of the small stack, the repository's own default profile: under this project's name, at a port that the engine chooses.
    /// </summary>
    public void UseQuickStart()
    {
        Directory.Delete(Root, recursive: true);
        foreach (var folder in (string[])["etc", "stacks"])
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "secrets.env"))
            {
                var copy = PathOf(Path.GetRelativePath(Repository.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        Replace("etc/harbor.yaml", "name: harbor-quickstart", $"name: {Name}");
        Write(".env.local", "WEB_PORT=0\n");
    }

    /// <summary>As a user would type it: <c>./build.sh --working=... args</c>.</summary>
    public Command Command(params string[] args)
    {
        _mayHaveDeployed |= Array.Exists(args, arg => arg.Contains("Deploy", StringComparison.Ordinal)
            || arg is "up" or "deploy" || arg.Contains("Watch", StringComparison.Ordinal));
        return new(TestScope.Named(RunId), Path.Combine(Repository.Root, "build.sh"), [$"--working={Root}", .. args])
        {
            WorkingDirectory = Repository.Root,
            Environment = Environment,
            Timeout = Limit,
        };
    }

    /// <summary>The host itself, not a shell in front of it: build.sh becomes the host (exec).</summary>
    public Process Start(params string[] args) => Start(Command(args));

    public static Process Start(Command command)
    {
        var start = new ProcessStartInfo(
            command.FileName, command.Arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment!)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
#pragma warning disable RS0030 // Command has no way to kill what it started: that is what tests of signals are about.
        process.Start();
#pragma warning restore RS0030
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public async Task<CommandResult> HarborAsync(params string[] args) => await Command(args).TryRunAsync(CancellationToken.None);

    /// <summary>Runs, and fails the test with everything that was printed unless the exit code is the expected one.</summary>
    public async Task<CommandResult> ExpectAsync(int exitCode, params string[] args)
    {
        var result = await HarborAsync(args);
        Assert.True(result.ExitCode == exitCode,
            $"{string.Join(' ', args)}: exit code {result.ExitCode}, not {exitCode}\n{result.Output}\n{result.Error}");
        return result;
    }

    /// <summary>Container ids by service, those that have ended included.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ContainersAsync()
    {
        var listed = await DockerAsync("ps", "--all", "--no-trunc", "--filter", $"label=com.docker.compose.project={Name}",
            "--format", "{{.Label \"com.docker.compose.service\"}} {{.ID}}");
        return listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words[1]);
    }

    /// <summary>The services whose container is another one than before.</summary>
    public async Task<IReadOnlyList<string>> RecreatedAsync(IReadOnlyDictionary<string, string> before) =>
        [.. (await ContainersAsync()).Where(container => before.GetValueOrDefault(container.Key) != container.Value)
            .Select(container => container.Key).Order()];

    public static async Task<string> DockerAsync(params string[] args) =>
        (await new Command(TestScope.New(), "docker", args) { Timeout = Limit }.RunAsync(CancellationToken.None)).Output;

    public static Task<CommandResult> SendAsync(string signal, Process process) =>
        new Command(TestScope.New(), "kill", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .RunAsync(CancellationToken.None);

    /// <summary>The run that is at work here, and the Compose that it has started: as when the machine's memory is full.</summary>
    public async Task KillAsync()
    {
        var pid = JsonDocument.Parse(Read("var/state/run.json")).RootElement.GetProperty("pid").GetRawText();
        await new Command(TestScope.New(), "kill", "-KILL", pid).TryRunAsync(CancellationToken.None);
        await KillComposeAsync();
    }

    public Task KillComposeAsync() =>
        new Command(TestScope.New(), "pkill", "-KILL", "--full", $"project-name {Name}").TryRunAsync(CancellationToken.None);

    public static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 900; attempt++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It did not happen within 90 s.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_mayHaveDeployed && TestScope.New() is var scope && scope.FindProgram("docker") is not null)
        {
            await new Command(
                scope, "docker", "compose", "--project-name", Name, "down", "--volumes", "--timeout", "0")
            { Timeout = Limit }
                .TryRunAsync(CancellationToken.None);
            await RemoveImagesAsync(Name);
        }

        Directory.Delete(_temporary, recursive: true);
    }

    /// <summary>Those that Compose built for the project.</summary>
    public static async Task RemoveImagesAsync(string project)
    {
        var images = await DockerAsync("image", "ls", "--quiet", "--filter", $"label=com.docker.compose.project={project}");
        if (images.Length > 0)
        {
            await DockerAsync(["image", "rm", "--force", .. images.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()]);
        }
    }
}
