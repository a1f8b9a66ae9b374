using Harbor.Descriptors;
using Harbor.Files;
using Harbor.Processes;
using Harbor.Runners;

namespace Harbor.Hooks;

/// <summary>
/// Runs the hooks of one run in the runner's container, or on this machine if they ask for it and the user has allowed it.
/// </summary>
/// <param name="harborFile">Reads Harbor's own <see cref="RunnerImage.FileName"/>.</param>
/// <param name="ownImage">The image that Harbor itself runs in (<see cref="RunnerImage.OwnImageVariable"/>); null: it runs on this
/// machine.</param>
/// <param name="say">Called with every line that a hook prints, masked.</param>
public sealed class HookRun(
    RunScope scope, ProjectPaths paths, RunnerSection runner, Func<string> harborFile, string? ownImage,
    AllowedHooks allowed, Action<string> say)
{
    private const string ScriptInside = "/hook";
    private const string DotnetInside = "/usr/share/dotnet";
    private const string CacheInside = "/cache";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <exception cref="HarborException">It failed, took too long, is missing, or is not allowed.</exception>
    public async Task RunAsync(PlannedHook hook, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var image = hook.Hook switch
        {
            { OnHost: true } => null,
            { Image: { } given } => given,
            { Type: HookType.Routine } when ownImage is not null => ownImage,
            _ => runner.Image ?? await RunnerImage.EnsureAsync(scope, paths, harborFile, say, ct),
        };
        var limit = hook.Hook.Timeout ?? runner.Timeout;
        using var timer = new CancellationTokenSource(limit, scope.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            var exitCode = image is null
                ? await RunOnHostAsync(hook, environment, end.Token) : await RunInContainerAsync(hook, image, environment, end.Token);
            if (exitCode != 0)
            {
                throw Failure(hook, $"exited with code {exitCode}.");
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failure(hook, $"did not end within {limit.TotalSeconds:0.#} s, so it was ended with everything that it had started.");
        }
    }

    private async Task<int> RunInContainerAsync(
        PlannedHook hook, string image, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var container =
            new RunnerContainer(scope, paths, image, $"harbor-{scope.Id.ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..8]}")
            {
                Network = runner.Network,
                Environment = new Dictionary<string, string>(environment) { ["HARBOR_ROOT"] = RunnerContainer.Root },
                OnLine = say,
            };
        if (hook.Hook.Type == HookType.Container)
        {
            return await (container with { Arguments = hook.Hook.Command }).RunAsync(ct);
        }

        var script = HookScript.Read(hook, paths);
        if (hook.Hook.Type == HookType.Routine)
        {
            return await ForRoutine(container, $"{RunnerContainer.Root}/{hook.Path}").RunAsync(ct);
        }

        var interpreter = HookScript.Interpreter(script);
        container = container with
        {
            Program = interpreter[0],
            Arguments = [.. interpreter.Skip(1), hook.Path is { } path ? $"{RunnerContainer.Root}/{path}" : ScriptInside]
        };
        return hook.Path is not null
            ? await container.RunAsync(ct)
            : await WithCopyAsync(
                hook, script, copy => (container with { Mounts = new Dictionary<string, string> { [ScriptInside] = copy } }).RunAsync(ct));
    }

    /// <summary>
    /// This machine's SDK is mounted, so images need only its native libraries. Where Harbor itself runs in a container, that container's
    /// image has the SDK. Nothing may be downloaded, because there may be no network: no native compiler, no list of vulnerabilities, no
    /// workloads. The compiled program is kept: an unchanged routine starts in a fifth of the time.
    /// </summary>
    private RunnerContainer ForRoutine(RunnerContainer container, string file) => container with
    {
        Program = $"{DotnetInside}/dotnet",
        Arguments = ["run", "--property:PublishAot=false", "--property:NuGetAudit=false", file],
        Writable = new Dictionary<string, string>
        {
            [CacheInside] = Directory.CreateDirectory(
        Path.Combine(paths.Var, "artifacts", "routines")).FullName
        },
        Mounts = ownImage is null ? new Dictionary<string, string> { [DotnetInside] = DotnetRoot() } : container.Mounts,
        Environment = new Dictionary<string, string>(container.Environment)
        {
            ["DOTNET_ROOT"] = DotnetInside,
            ["XDG_DATA_HOME"] = CacheInside,
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            ["DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK"] = "1",
        },
    };

    /// <exception cref="HarborException">There is no SDK.</exception>
    private string DotnetRoot() => DotnetSdk.Find(scope)
        ?? throw new HarborException(
            "Routines need the .NET SDK, and none was found in DOTNET_ROOT, beside dotnet on PATH, or in ~/.dotnet.");

    private async Task<int> RunOnHostAsync(PlannedHook hook, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var script = HookScript.Read(hook, paths);
        if (allowed.ConsentFor(hook, script) != Consent.Given)
        {
            throw Failure(hook, "was changed since this run began, and its new text is not allowed to run on this machine.");
        }

        var variables = scope.ChildVariables();
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        variables["HARBOR_ROOT"] = paths.Root;
        var interpreter = HookScript.Interpreter(script);

        // A copy, so that the allowed text runs even if the file changes meanwhile.
        return await WithCopyAsync(hook, script, async copy => (await new Command(scope, interpreter[0], [.. interpreter.Skip(1), copy])
        {
            WorkingDirectory = paths.Root,
            Environment = variables,
            OnOutput = say,
            OnError = say,
            JoinsStreams = true,
            KeepOutput = 0,
            Grace = Grace,
        }.TryRunAsync(ct)).ExitCode);
    }

    private async Task<int> WithCopyAsync(PlannedHook hook, byte[] script, Func<string, Task<int>> run)
    {
        var copy = Path.Combine(paths.State, "hooks", hook.Name.Replace(':', '-'));
        AtomicFile.Write(copy, script, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            return await run(copy);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static HarborException Failure(PlannedHook hook, string what) =>
        new(hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' {what}").ToString());
}
