using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Harbor.Files;
using Harbor.Processes;
using Harbor.Secrets;

namespace Harbor.Runners;

/// <summary>
/// A container for one command: the project read-only at <see cref="Root"/>, its <c>var/run</c> and <c>/tmp</c> writable, no capabilities, bounded
/// in processes and memory, gone afterwards.
/// </summary>
/// <param name="Name">Of the container; unique on the engine.</param>
public sealed record RunnerContainer(ProjectPaths Paths, string Image, string Name)
{
    /// <summary>Where the project is inside.</summary>
    public const string Root = "/work";

    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(20);

    /// <summary>An engine that takes longer to make a container leaves it; it was never started.</summary>
    private static readonly TimeSpan StillMade = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public bool Network { get; init; }

    /// <summary>In place of the image's entry point; null leaves that.</summary>
    public string? Program { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>May hold secrets: they are in no argument, but in what <c>docker inspect</c> shows while the container is there.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Read-only, by their paths inside: files and folders of this machine.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Writable, beside <c>var/run</c>: folders by their paths inside.</summary>
    public IReadOnlyDictionary<string, string> Writable { get; init; } = new Dictionary<string, string>();

    public Redaction? Redaction { get; init; }

    /// <summary>Told every line of both outputs, masked, as it comes.</summary>
    public Action<string>? OnLine { get; init; }

    /// <returns>The exit code; 125 where the engine could not start it.</returns>
    /// <exception cref="DeploymentException"><c>var/run</c> leads out of the project.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: the container is gone with everything in it.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        if (SafePath.FirstLink(Paths.Root, "var/run") is { } link)
        {
            throw new DeploymentException($"{link} is a symbolic link: hooks may write to var/run, and would write where it leads. Make it a folder.");
        }

        Directory.CreateDirectory(Paths.Run); // Otherwise the engine makes it, as root.
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
    /// Also the one that the engine is still making: nobody told it that the client is gone, and so it may come a moment later. Whether it has been there,
    /// and went by itself, is among the engine's last events.
    /// </summary>
    private async Task RemoveAsync()
    {
        var waited = Stopwatch.StartNew();
        while (await RemoveAsync([Name]) == 0 && waited.Elapsed < StillMade && (await DockerAsync("events", "--since", "24h", "--until", "0s", "--filter", $"container={Name}")).Length == 0)
        {
            await Task.Delay(Poll, CancellationToken.None);
        }
    }

    /// <summary>Removes all that runs of this project left. To be called with the project's lock held, when none runs.</summary>
    /// <returns>How many there were; 0 also where no engine answers.</returns>
    public static async Task<int> RemoveLeftAsync(ProjectPaths paths)
    {
        var ids = await DockerAsync("ps", "--all", "--quiet", "--filter", $"label={LabelOf(paths)}");
        return ids.Length == 0 ? 0 : await RemoveAsync(ids);
    }

    internal Command Command() => new("docker", Options())
    {
        Environment = ChildEnvironment.Minimal().Concat(Environment).GroupBy(variable => variable.Key).ToDictionary(same => same.Key, same => same.Last().Value),
        Redaction = Redaction,
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
        .. OperatingSystem.IsWindows() ? (string[])[] : ["--user", $"{Libc.EffectiveUser()}:{Libc.EffectiveGroup()}"], // What it writes is the user's.
        "--mount", Mount(Paths.Root, Root, isReadOnly: true),
        "--mount", Mount(Paths.Run, $"{Root}/var/run", isReadOnly: false),
        .. Mounts.SelectMany(mount => (string[])["--mount", Mount(mount.Value, mount.Key, isReadOnly: true)]),
        .. Writable.SelectMany(mount => (string[])["--mount", Mount(mount.Value, mount.Key, isReadOnly: false)]),
        "--workdir", Root, "--env", "HOME=/tmp",
        .. Environment.Keys.SelectMany(name => (string[])["--env", name]), // Names alone: the values are taken from the command's environment.
        .. Program is null ? (string[])[] : ["--entrypoint", Program],
        Image, .. Arguments,
    ];

    /// <summary>The option is a line of CSV.</summary>
    private static string Mount(string source, string target, bool isReadOnly) =>
        $"type=bind,\"source={source.Replace("\"", "\"\"", StringComparison.Ordinal)}\",target={target}{(isReadOnly ? ",readonly" : "")}";

    private static string LabelOf(ProjectPaths paths) => $"harbor.runner={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paths.Root)))[..16]}";

    /// <returns>How many were there.</returns>
    private static async Task<int> RemoveAsync(IEnumerable<string> containers) => (await DockerAsync(["rm", "--force", "--volumes", .. containers])).Length;

    /// <returns>The lines that it prints; none where the engine is gone or hangs: what ended the run is what the user is told.</returns>
    private static async Task<string[]> DockerAsync(params string[] arguments)
    {
        try
        {
            var result = await new Command("docker", arguments) { Timeout = RemovalLimit }.TryRunAsync(CancellationToken.None);
            return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (CommandFailedException)
        {
            return [];
        }
    }
}
