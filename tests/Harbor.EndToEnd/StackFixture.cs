using Harbor.EndToEnd;
using Harbor.Processes;

[assembly: AssemblyFixture(typeof(StackFixture))]

namespace Harbor.EndToEnd;

/// <summary>
/// The default profile in containers of its own, from a copy of the repository's files in a temporary folder; started by the first test
/// that asks.
/// </summary>
public sealed class StackFixture : IAsyncDisposable
{
    // Characters that shells, dotenv, redis.conf and SQL all read differently.
    public const string CachePassword = """s3nt"in\el c $X '""";
    public const string DbPassword = """s3nt'inel\ d" $Y #""";

    private static readonly string[] Files = ["compose.yml", "compose.cache.yml", "compose.db.yml", "compose.web.yml"];
    private static readonly string[] Rendered = ["SITE_NAME", "GREETING", "ACCENT_COLOR", "WEB_PORT", "STACK_VERSION"];

    private readonly string _project = $"harbor-test-{Guid.NewGuid():N}";
    private readonly string _root = Directory.CreateTempSubdirectory("harbor-stack-").FullName;
    private readonly SemaphoreSlim _once = new(1, 1);
    private bool _up;

    public async Task UpAsync(CancellationToken ct)
    {
        await _once.WaitAsync(ct);
        try
        {
            if (!_up)
            {
                Copy("etc/stacks", "etc/stacks");
                Copy("stacks", "stacks");
                Copy("stacks/web/templates", "var/run/web/config");
                Render();
                _up = true;
                await ComposeAsync(ct, "up", "--build", "--detach", "--wait", "--wait-timeout", "120");
            }
        }
        finally
        {
            _once.Release();
        }
    }

    public Task<CommandResult> ComposeAsync(CancellationToken ct, params IEnumerable<string> arguments) =>
        Compose(DbPassword, arguments).RunAsync(ct);

    /// <summary>Runs a program in a service's container.</summary>
    /// <param name="variable">Name and value of a variable for it; the value is not among the arguments.</param>
    public Task<CommandResult> ExecAsync(
        string service, (string Name, string Value) variable, CancellationToken ct, params IReadOnlyList<string> command)
    {
        var exec = Compose(DbPassword, ["exec", "--no-TTY", "--env", variable.Name, service, .. command]);
        return (exec with { Environment = new Dictionary<string, string>(exec.Environment!) { [variable.Name] = variable.Value } })
            .TryRunAsync(ct);
    }

    public Command Compose(string dbPassword, params IEnumerable<string> arguments) =>
        new(TestScope.New(), "docker", ["compose", "--project-name", _project, "--project-directory", _root,
            .. Files.SelectMany(file => (string[])["--file", Path.Combine(_root, "etc", "stacks", file)]),
            .. arguments])
        {
            Environment = new Dictionary<string, string>(TestScope.New().ChildVariables())
            {
                ["CACHE_PASSWORD"] = CachePassword,
                ["DB_PASSWORD"] = dbPassword,
                ["WEB_PORT"] = "0", // The engine chooses a free one.
            },
        };

    public async ValueTask DisposeAsync()
    {
        if (_up)
        {
            await ComposeAsync(CancellationToken.None, "down", "--volumes");
            await TestProject.RemoveImagesAsync(_project);
        }

        Directory.Delete(_root, recursive: true);
        _once.Dispose();
    }

    private void Copy(string from, string to)
    {
        var source = Path.Combine(Repository.Root, from);
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_root, to, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Plain replacement: what the template engines do is tested elsewhere.</summary>
    private void Render()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_root, "var"), "*", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file).Replace("{{WEB_WORKER_CONNECTIONS}}", "64", StringComparison.Ordinal);
            foreach (var name in Rendered)
            {
                text = text.Replace($"{{{{{name}}}}}", $"value of {name}", StringComparison.Ordinal);
            }

            File.WriteAllText(file, text);
        }
    }
}
