using Harbor.Descriptors;
using Harbor.Files;
using Harbor.Processes;
using Harbor.Runners;
using Harbor.Secrets;

namespace Harbor.Hooks;

/// <summary>Runs hooks of one run: in the runner's container, or on this machine where that is wanted and allowed.</summary>
/// <param name="packaged">The folder of Harbor's own <see cref="RunnerImage.FileName"/>.</param>
/// <param name="packedIn">The image that Harbor itself runs in (<see cref="RunnerImage.PackedVariable"/>); null: it runs on this machine.</param>
/// <param name="say">Told every line that a hook prints, masked.</param>
public sealed class HookRun(
    ProjectPaths paths, RunnerSection runner, string runId, string packaged, string? packedIn, AllowedHooks allowed, Redaction redaction, Action<string> say)
{
    private const string ScriptInside = "/hook";
    private const string DotnetInside = "/usr/share/dotnet";
    private const string CacheInside = "/cache";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <exception cref="DeploymentException">It failed, took too long, or what it runs is not there or not allowed.</exception>
    public async Task RunAsync(PlannedHook hook, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var image = hook.Hook switch
        {
            { OnHost: true } => null,
            { Image: { } given } => given,
            { Type: HookType.Routine } when packedIn is not null => packedIn,
            _ => runner.Image ?? await RunnerImage.EnsureAsync(paths, packaged, say, ct),
        };
        var limit = hook.Hook.Timeout ?? runner.Timeout;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(limit);
        try
        {
            var exitCode = image is null ? await OnHostAsync(hook, environment, end.Token) : await InContainerAsync(hook, image, environment, end.Token);
            if (exitCode != 0)
            {
                throw Failure(hook, $"exited with code {exitCode}.");
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failure(hook, $"did not end within {limit.TotalSeconds:0.#} s, and was ended with all that it had started.");
        }
    }

    private async Task<int> InContainerAsync(PlannedHook hook, string image, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var container = new RunnerContainer(paths, image, $"harbor-{runId.ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..8]}")
        {
            Network = runner.Network,
            Environment = new Dictionary<string, string>(environment) { ["HARBOR_ROOT"] = RunnerContainer.Root },
            Redaction = redaction,
            OnLine = say,
        };
        if (hook.Hook.Type == HookType.Container)
        {
            return await (container with { Arguments = hook.Hook.Command }).RunAsync(ct);
        }

        var script = HookScript.Read(hook, paths);
        if (hook.Hook.Type == HookType.Routine)
        {
            return await Routine(container, $"{RunnerContainer.Root}/{hook.Path}").RunAsync(ct);
        }

        var interpreter = HookScript.Interpreter(script);
        container = container with { Program = interpreter[0], Arguments = [.. interpreter.Skip(1), hook.Path is { } path ? $"{RunnerContainer.Root}/{path}" : ScriptInside] };
        return hook.Path is not null
            ? await container.RunAsync(ct)
            : await WithCopyAsync(hook, script, copy => (container with { Mounts = new Dictionary<string, string> { [ScriptInside] = copy } }).RunAsync(ct));
    }

    /// <summary>
    /// The SDK is this machine's, mounted: images need only what it is linked with. Where Harbor itself runs in a container, the SDK is in that
    /// one's image. Without a network nothing may be asked for on the way: no compiler of native code, no list of vulnerabilities, no workloads.
    /// What was compiled is kept: a routine that did not change starts in a fifth of the time.
    /// </summary>
    private RunnerContainer Routine(RunnerContainer container, string file) => container with
    {
        Program = $"{DotnetInside}/dotnet",
        Arguments = ["run", "--property:PublishAot=false", "--property:NuGetAudit=false", file],
        Writable = new Dictionary<string, string> { [CacheInside] = Directory.CreateDirectory(Path.Combine(paths.Var, "artifacts", "routines")).FullName },
        Mounts = packedIn is null ? new Dictionary<string, string> { [DotnetInside] = DotnetRoot() } : container.Mounts,
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

    /// <exception cref="DeploymentException">Harbor runs without an SDK.</exception>
    private static string DotnetRoot()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.Exists(Path.Combine(root, "sdk")) ? root : throw new DeploymentException($"Routines are compiled by the .NET SDK, and there is none in {root}.");
    }

    private async Task<int> OnHostAsync(PlannedHook hook, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var script = HookScript.Read(hook, paths);
        if (allowed.Of(hook, script) != Consent.Given)
        {
            throw Failure(hook, "was changed since this run began: its new text is not allowed to run on this machine.");
        }

        var variables = ChildEnvironment.Minimal();
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        variables["HARBOR_ROOT"] = paths.Root;
        var interpreter = HookScript.Interpreter(script);

        // The copy is what was allowed, whatever becomes of the file meanwhile.
        return await WithCopyAsync(hook, script, async copy => (await new Command(interpreter[0], [.. interpreter.Skip(1), copy])
        {
            WorkingDirectory = paths.Root,
            Environment = variables,
            Redaction = redaction,
            OnOutput = say,
            OnError = say,
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

    private static DeploymentException Failure(PlannedHook hook, string what) => new(hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' {what}").ToString());
}
