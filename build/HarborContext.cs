using Cake.Core;
using Harbor.Build.Deploy;
using Harbor.Build.Prepare;
using Harbor.Build.Repository;
using Harbor.Build.Source;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Journal;
using Harbor.Processes;
using Harbor.Templates;

namespace Harbor.Build;

/// <summary>What the tasks of one run share. What a stage found out is set by its task and read by those behind it.</summary>
public sealed class HarborContext : FrostingContext
{
    private static readonly string[] Looking = ["Plan", "Env", "Lint"];
    private readonly Lazy<StackSelection> _stack;
    private readonly Lazy<IEngine> _engine;

    public HarborContext(ICakeContext context)
        : base(context)
    {
        Paths = new ProjectPaths(context.Environment.WorkingDirectory.FullPath);
        Settings = Settings.Read(context.Arguments);
        RunId = Journal.RunId.New(Time);
        _stack = new Lazy<StackSelection>(() => StackSelection.Read(Paths, Settings));
        _engine = new Lazy<IEngine>(() => Harbor.Engines.Engine.At(EngineEndpoint.Resolve(ProcessVariables)));
    }

    public ProjectPaths Paths { get; }

    public Settings Settings { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>Names this run in the history, the lock and its children.</summary>
    public string RunId { get; }

    /// <summary>The descriptor, for the services asked for. Read when first needed: Destroy and Test work with a broken one.</summary>
    public StackSelection Stack => _stack.Value;

    public IEngine Engine => _engine.Value;

    /// <summary>Set by <see cref="Utilities.TakeLock"/>.</summary>
    public RunLock? Lock { get; set; }

    /// <summary>Set by <see cref="Source.SelectComposeFiles"/>.</summary>
    public SourceResult Source { get => field ?? throw Unset(nameof(Source)); set; }

    /// <summary>Set by <see cref="Prepare.MergeEnvironment"/>, or without making secrets by <see cref="Plan.PlanDeploy"/>.</summary>
    public EnvironmentResult Merged { get => field ?? throw Unset(nameof(Merged)); set; }

    /// <summary>Set by <see cref="RenderTemplates"/>: what it changed; by <see cref="Plan.PlanDeploy"/>: what it would.</summary>
    public TreeChanges Rendered { get => field ?? throw Unset(nameof(Rendered)); set; }

    /// <summary>Set by <see cref="CheckDeployed"/>: what there was before this run.</summary>
    public DeployedState Before { get => field ?? throw Unset(nameof(Before)); set; }

    /// <summary>Set by <see cref="Deploy.ComposeUp"/>; null where the descriptor has no such step.</summary>
    public DeployResult? Deployed { get; set; }

    /// <summary>Those that are among the expanded tasks.</summary>
    internal List<PlannedHook> Hooks { get; } = [];

    public TestTotals Tests { get; } = new();

    /// <summary>What was asked for by name, for the lock and messages.</summary>
    public string TargetNames => string.Join(' ', Arguments.GetArguments("target").DefaultIfEmpty("Default"));

    /// <summary>Where Harbor's own sources are; the project that it works on may be elsewhere (<c>--working</c>).</summary>
    public string Repository { get; } = FindRepository();

    public static IReadOnlyDictionary<string, string> ProcessVariables { get; } = ReadProcessVariables();

    /// <summary>The .NET SDK's command on Harbor's own sources. It gets the whole environment: it is the developer's own tool, as if typed.</summary>
    public Command DotNet(params IReadOnlyList<string> arguments) => new("dotnet", arguments)
    {
        WorkingDirectory = Repository,
        Environment = ProcessVariables,
        OnOutput = line => Console.WriteLine(line),
        OnError = line => Console.WriteErrorLine(line),
    };

    /// <summary>Nothing was asked for but to look: no hook runs and no file is written, be it the history's or a cache.</summary>
    public bool WritesNothing => Arguments.GetArguments("target") is { Count: > 0 } targets && targets.All(target => Looking.Contains(target, StringComparer.OrdinalIgnoreCase));

    public bool IsDryRun => Arguments.GetArguments("dryrun").Contains("true");

    public bool IsTarget(string name) => Arguments.GetArguments("target").Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A line as it is, braces and all.</summary>
    public void Say(string line) => Console.WriteLine(line);

    /// <summary>The selected files with the merged variables, as Compose gets them.</summary>
    public ComposeProject ComposeProject() =>
        new(Stack.Descriptor.Name, Paths.Root, [.. Source.Files.Select(file => Path.Combine(Paths.Root, file))], Merged.Compose) { Redaction = Program.Redaction };

    /// <summary>The stack's containers: as Deploy left them, or as they are.</summary>
    public async Task<IReadOnlyList<EngineContainer>> ContainersAsync(CancellationToken ct) =>
        Deployed?.Containers ?? await Engine.ContainersAsync(Stack.Descriptor.Name, ct);

    private static InvalidOperationException Unset(string name) => new($"{name} is not known yet: the task that reads it lacks an [IsDependentOn].");

    private static string FindRepository()
    {
        if (ProcessVariables.GetValueOrDefault("HARBOR_REPOSITORY") is { } mounted) // In the runner, whose image has the compiled host alone.
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

        return AppContext.BaseDirectory;
    }

    private static Dictionary<string, string> ReadProcessVariables()
    {
        var variables = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string)entry.Value!;
        }

        // Read once. No child gets them from here on, whatever starts it.
        System.Environment.SetEnvironmentVariable("AGE_PRIVATE_KEY", null);
        System.Environment.SetEnvironmentVariable("SOPS_AGE_KEY", null);
        return variables;
    }
}
