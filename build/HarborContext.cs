using Cake.Core;
using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Pipeline.Evaluation;
using Harbor.Pipeline.Repository;
using Harbor.Processes;
using Harbor.Runs;
using Harbor.Stacks;

namespace Harbor.Pipeline;

/// <summary>The state that the tasks of one run share. A task sets its result once; later tasks read it.</summary>
public sealed class HarborContext : FrostingContext
{
    private readonly Lazy<StackDefinition> _stack;
    private readonly Lazy<IReadOnlyList<string>> _servicesWithServer;

    /// <param name="found">Null if <c>--working</c> names the project's folder, or if there is none.</param>
    public HarborContext(ICakeContext context, RunScope scope, FoundProject? found)
        : base(context)
    {
        Scope = scope;
        Scope.Activities.OnSilence = HideProgress;
        Paths = new ProjectPaths(context.Environment.WorkingDirectory.FullPath);
        Settings = Settings.Read(context.Arguments, scope.Time);
        HarborFolder = FindRepository(scope);
        HasProject = found is not null || Arguments.HasArgument("working");
        if (found is not null && Log.Verbosity > Verbosity.Quiet)
        {
            Console.WriteErrorLine("{0}", $"Project: {found.Root} ({found.File})");
        }

        Run = new StackRun(scope, Paths, new StackOutput
        {
            Line = Say,
            Information = line => Log.Information("{0}", line),
            Warning = line => Log.Warning("{0}", line),
            Debug = line => Log.Debug("{0}", line),
        })
        { MayWrite = !IsReadOnly, TakesOver = Settings.TakeOver };
        _stack = new Lazy<StackDefinition>(() => StackDefinition.Read(Paths, Settings.Stack));
        _servicesWithServer = new Lazy<IReadOnlyList<string>>(() => ServerImage.Services(this));
    }

    public RunScope Scope { get; }

    public ProjectPaths Paths { get; }

    public Settings Settings { get; }

    public StackRun Run { get; }

    /// <summary>
    /// The descriptor with the command line applied. Read lazily, because Destroy and Test work with a broken descriptor.
    /// </summary>
    public StackDefinition Stack => _stack.Value;

    /// <summary>The selected services whose image <see cref="ServerImage"/> feeds.</summary>
    internal IReadOnlyList<string> ServicesWithServer => _servicesWithServer.Value;

    public Once<RunLock> Lock { get; } = new("Lock");

    public Once<SelectedStack> Selected { get; } = new("SelectComposeFiles");

    public Once<MergedStack> Merged { get; } = new("MergeEnvironment");

    public Once<PreparedStack> Prepared { get; } = new("RenderTemplates");

    public Once<StackSnapshot> Snapshot { get; } = new("CheckDeployed");

    /// <summary>Never set if the descriptor has no step <c>compose.up</c>.</summary>
    public Once<DeployedResult> Deployed { get; } = new("ComposeUp");

    public Once<StackRemoval> Removal { get; } = new("CheckRemoval");

    public TestTotals Tests { get; } = new();

    /// <summary>The targets as typed, for the lock and for messages.</summary>
    public string TargetNames => string.Join(' ', Arguments.GetArguments("target").DefaultIfEmpty("Default"));

    /// <summary>False where the command was typed in no project: then nothing is written there.</summary>
    public bool HasProject { get; }

    /// <summary>The folder of Harbor's own sources. The project may be in another folder (<c>--working</c>).</summary>
    /// <exception cref="HarborException">The command is installed without them.</exception>
    public string Repository => HarborFolder
        ?? throw new HarborException("This needs Harbor's own sources: run ./build.sh in a clone of Harbor instead.");

    /// <summary>As <see cref="Repository"/>; null where the command is installed without the sources.</summary>
    public string? HarborFolder { get; }

    public bool OutputIsTerminal { get; } = !System.Console.IsOutputRedirected;

    public bool IsDryRun => Arguments.GetArguments("dryrun").Contains("true");

    public bool IsTarget(string name) => Arguments.GetArguments("target").Contains(name, StringComparer.OrdinalIgnoreCase);

    internal Palette Palette => new(UsesColour);

    /// <summary>Prints a line without formatting its braces.</summary>
    public void Say(string line) => Console.WriteLine(line);

    /// <summary>
    /// The .NET SDK's command in Harbor's own sources. It gets the whole environment, as if the developer had typed it.
    /// </summary>
    public Command DotNet(params IReadOnlyList<string> arguments) => Scope.Command("dotnet", arguments) with
    {
        WorkingDirectory = Repository,
        Environment = Scope.Variables,
        OnOutput = line => Console.WriteLine(line),
        OnError = line => Console.WriteErrorLine(line),
    };

    /// <summary>Compiles a kind of host by build.sh, if it is not compiled yet.</summary>
    /// <param name="native">As HARBOR_NATIVE: <c>on</c> or <c>off</c>.</param>
    public Task BuildHostAsync(string native, CancellationToken ct) => (DotNet("--version") with
    {
        FileName = Path.Combine(Repository, "build.sh"),
        Environment = new Dictionary<string, string>(Scope.Variables) { ["HARBOR_NATIVE"] = native },
    }).RunAsync(ct);

    /// <summary>The containers that Deploy returned; without a Deploy, those that the engine lists.</summary>
    public async Task<IReadOnlyList<EngineContainer>> ContainersAsync(CancellationToken ct) =>
        Deployed.OrNull?.Containers ?? await Run.Engine.ContainersAsync(Stack.Descriptor.Name, ct);

    /// <summary>Has the stack's secrets masked in what its services print. No secret is generated.</summary>
    public void RegisterSecrets() =>
        StackEnvironment.Load(MergedStack.Request(Selected.Value, Scope)).RegisterSecrets(Scope.Redaction);

    /// <summary>As <see cref="RegisterSecrets"/>, for a run that works without a readable descriptor.</summary>
    /// <returns>False if the secrets are not known.</returns>
    public async Task<bool> TryRegisterSecretsAsync(CancellationToken ct)
    {
        try
        {
            var selected = await SelectedStack.SelectAsync(Run, Stack, explain: false, ct);
            StackEnvironment.Load(MergedStack.Request(selected, Scope)).RegisterSecrets(Scope.Redaction);
            return true;
        }
        catch (InvalidStackException)
        {
            return false;
        }
    }

    /// <summary>What is deployed now. Nothing is deployed by asking.</summary>
    public Task<RunningStack> RunningAsync(CancellationToken ct) => RunningStack.FindAsync(
        Run, Settings.Stack.ProjectName, () => (Stack.Descriptor.Name, Stack.Descriptor.Owner), ct);

    private static string? FindRepository(RunScope scope)
    {
        // The runner's image contains only the compiled host, so the sources are mounted elsewhere.
        if (scope.Variables.GetValueOrDefault("HARBOR_REPOSITORY") is { } mounted)
        {
            return mounted;
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Harbor.slnx")))
            {
                return folder;
            }
        }

        return null;
    }
}
