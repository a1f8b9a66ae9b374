using System.Security.Cryptography;
using System.Text;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Runners;

/// <summary>
/// A container for one command, removed afterwards. It has the project read-only at <see cref="Root"/>, a writable <c>var/run</c> and
/// <c>/tmp</c>, no capabilities, and limits on processes and memory.
/// </summary>
/// <param name="Scope">The run that the container belongs to.</param>
/// <param name="Name">Of the container; unique on the engine.</param>
public sealed record RunnerContainer(RunScope Scope, ProjectPaths Paths, string Image, string Name)
{
    /// <summary>The project's folder inside the container.</summary>
    public const string Root = "/work";

    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(20);

    /// <summary>A container that the engine takes longer to create is left; it was never started.</summary>
    private static readonly TimeSpan CreationLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public bool Network { get; init; }

    /// <summary>Replaces the image's entry point; null keeps it.</summary>
    public string? Program { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>May hold secrets. No argument has them, but <c>docker inspect</c> shows them while the container exists.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Read-only files and folders of this machine, by their paths inside.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Writable folders besides <c>var/run</c>, by their paths inside.</summary>
    public IReadOnlyDictionary<string, string> Writable { get; init; } = new Dictionary<string, string>();

    /// <summary>Called with every line of both outputs, masked, at once.</summary>
    public Action<string>? OnLine { get; init; }

    /// <returns>The exit code; 125 where the engine could not start it.</returns>
    /// <exception cref="HarborException"><c>var/run</c> leads out of the project.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. The container is removed with everything in it.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (SafePath.FirstLink(Paths.Root, "var/run") is { } link)
        {
            throw new HarborException(
                $"{link} is a symbolic link. Hooks may write to var/run, so they would write to its target. Make it a folder.");
        }

        Directory.CreateDirectory(Paths.Run); // Otherwise the engine creates it, as root.
        var ended = false;
        try
        {
            var result = await Command().TryRunAsync(ct);
            ended = true;
            return result.ExitCode;
        }
        finally
        {
            if (!ended)
            {
                await RemoveAsync();
            }
        }
    }

    /// <summary>
    /// The engine may still be creating the container, because it does not know that the client is gone. So this waits until the container
    /// appears, or until the engine's events tell that it has come and gone.
    /// </summary>
    private async Task RemoveAsync()
    {
        var started = Scope.Time.GetTimestamp();
        while (await RemoveAsync(Scope, [Name]) == 0 && Scope.Time.GetElapsedTime(started) < CreationLimit
            && (await DockerAsync(Scope, "events", "--since", "24h", "--until", "0s", "--filter", $"container={Name}")).Length == 0)
        {
            await Task.Delay(Poll, Scope.Time, CancellationToken.None);
        }
    }

    /// <summary>Removes all containers that runs of this project left. Hold the project's lock, so that no run is using one.</summary>
    /// <returns>How many there were; 0 if no engine answers.</returns>
    public static async Task<int> RemoveLeftAsync(RunScope scope, ProjectPaths paths)
    {
        var ids = await DockerAsync(scope, "ps", "--all", "--quiet", "--filter", $"label={LabelOf(paths)}");
        if (ids.Length > 0)
        {
            await RemoveAsync(scope, ids); // Its output lacks containers whose own removal (--rm) has just begun, so the list is counted.
        }

        return ids.Length;
    }

    internal Command Command() => new(Scope, "docker", Options())
    {
        Environment = Scope.ChildVariables().Concat(Environment).GroupBy(variable => variable.Key)
            .ToDictionary(same => same.Key, same => same.Last().Value),
        JoinsStreams = true,
        OnOutput = OnLine,
        OnError = OnLine,
        KeepOutput = 0,
        Grace = TimeSpan.FromSeconds(3),
    };

    private List<string> Options() =>
    [
        "run", "--rm", "--init", "--name", Name, "--label", LabelOf(Paths),
        "--read-only", "--tmpfs", "/tmp:exec,mode=1777", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--pids-limit", "256", "--memory", "2g", "--network", Network ? "bridge" : "none",
        // The files that it writes belong to the user.
        .. OperatingSystem.IsWindows() ? (string[])[] : ["--user", $"{Libc.EffectiveUser()}:{Libc.EffectiveGroup()}"],
        "--mount", Mount(Paths.Root, Root, isReadOnly: true),
        "--mount", Mount(Paths.Run, $"{Root}/var/run", isReadOnly: false),
        .. Mounts.SelectMany(mount => (string[])["--mount", Mount(mount.Value, mount.Key, isReadOnly: true)]),
        .. Writable.SelectMany(mount => (string[])["--mount", Mount(mount.Value, mount.Key, isReadOnly: false)]),
        "--workdir", Root, "--env", "HOME=/tmp",
        // Without values, which docker takes from its own environment.
        .. Environment.Keys.SelectMany(name => (string[])["--env", name]),
        .. Program is null ? (string[])[] : ["--entrypoint", Program],
        Image, .. Arguments,
    ];

    /// <summary>The option's value is a line of CSV.</summary>
    private static string Mount(string source, string target, bool isReadOnly) =>
        $"type=bind,\"source={source.Replace("\"", "\"\"", StringComparison.Ordinal)}\",target={target}{(isReadOnly ? ",readonly" : "")}";

    private static string LabelOf(ProjectPaths paths) =>
        $"harbor.runner={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paths.Root)))[..16]}";

    /// <returns>How many there were.</returns>
    private static async Task<int> RemoveAsync(RunScope scope, IEnumerable<string> containers) =>
        (await DockerAsync(scope, ["rm", "--force", "--volumes", .. containers])).Length;

    /// <returns>The lines of its output; none if the engine is gone or hangs, because the user gets the error that ended the run.</returns>
    private static async Task<string[]> DockerAsync(RunScope scope, params string[] arguments)
    {
        try
        {
            var result = await new Command(scope, "docker", arguments) { Timeout = RemovalLimit }.TryRunAsync(CancellationToken.None);
            return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (CommandFailedException)
        {
            return [];
        }
    }
}
