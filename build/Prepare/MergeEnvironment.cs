using Cake.Core.Diagnostics;
using Harbor.Build.Hooks;
using Harbor.Build.Utilities;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Frosting;
using EnvironmentSource = Harbor.Environments.EnvironmentSource;

namespace Harbor.Build.Prepare;

/// <param name="Compose">What Compose gets to fill in its files, and what steps' conditions are tested with. Holds secrets.</param>
public sealed record EnvironmentResult(StackEnvironment Environment, IReadOnlyDictionary<string, string> Compose)
{
    /// <summary>Fills in <c>${NAME}</c> and Compose's other forms.</summary>
    /// <param name="what">What the text is, for the error.</param>
    /// <exception cref="InvalidStackException">A wrong form, or a required variable that is not set.</exception>
    public string Expand(string text, string what) => Expand(text, Compose, what);

    /// <inheritdoc cref="Expand(string, string)"/>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values, string what)
    {
        var findings = new List<InterpolationFinding>();
        var expanded = Environments.Interpolation.Expand(text, name => values.GetValueOrDefault(name), findings.Add);
        var errors = findings.Where(finding => finding.Fault != InterpolationFault.Unset).ToList();
        return errors.Count == 0 ? expanded : throw new InvalidStackException($"{what}: {string.Join("; ", errors.Select(finding => finding.Message))}");
    }
}

[TaskName("MergeEnvironment")]
[TaskDescription("The layers sys, site, service, dotenv, secrets, sops, HARBOR_ENV_*, --set, merged in memory. Makes missing secrets.")]
[IsDependentOn(typeof(SourceStage))]
[IsDependentOn(typeof(TakeLock))]
public sealed class MergeEnvironment : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.At(context, HookPoint.PrePrepare);

    public override void Run(HarborContext context)
    {
        var request = Request(context);
        var environment = StackEnvironment.Load(request); // Everything wrong is said before a secret is made.
        if (environment.Pending.Count > 0)
        {
            context.Log.Information("Made secrets: {0}", string.Join(", ", SecretsFile.Ensure(context.Paths, request.Sources)));
            environment = StackEnvironment.Load(request);
        }

        Use(context, environment);
    }

    /// <summary>The same without making secrets: those that are missing have a placeholder.</summary>
    internal static void Preview(HarborContext context) => Use(context, StackEnvironment.Load(Request(context)));

    private static void Use(HarborContext context, StackEnvironment environment)
    {
        environment.RegisterSecrets(Program.Redaction);
        foreach (var warning in environment.Warnings.Select(problem => problem.ToString()).Concat(Program.Redaction.Warnings))
        {
            context.Log.Warning("{0}", warning);
        }

        context.Merged = new EnvironmentResult(
            environment,
            environment.ForCompose(context.Source.Selection.Services, context.Source.Files).ToDictionary(variable => variable.Key, variable => variable.Value.Value));
        RefuseWhatDoesNotRunYet(context);
    }

    internal static EnvironmentRequest Request(HarborContext context)
    {
        var services = context.Source.Selection.Services;
        return new EnvironmentRequest(context.Paths, Sources(context.Stack.Descriptor, services))
        {
            Site = context.Settings.Site,
            Services = services,
            ProcessEnvironment = HarborContext.ProcessVariables,
            Settings = context.Settings.Set,
        };
    }

    /// <summary>The system's sources for all services, and behind them those of the selected services' overrides, each for its service alone.</summary>
    internal static List<EnvironmentSource> Sources(Descriptor descriptor, IReadOnlyList<string> services)
    {
        var sources = new List<EnvironmentSource>();
        Add(descriptor.Prepare.Sources, service: null);
        foreach (var service in services)
        {
            if (descriptor.Stacks.TryGetValue(service, out var stack))
            {
                Add(stack.Sources, service);
            }
        }

        return sources;

        void Add(IReadOnlyList<Descriptors.EnvironmentSource> written, string? service)
        {
            foreach (var source in written)
            {
                var (file, pattern) = source.Directory is null ? (source.File, null) : (default(string), source.File);
                sources.Add(new EnvironmentSource(Kind(source.Type), file, source.Directory, pattern, source.Optional, source.Generate) { Service = service });
            }
        }
    }

    private static LayerKind Kind(EnvironmentSourceType type) => type switch
    {
        EnvironmentSourceType.Sys => LayerKind.Sys,
        EnvironmentSourceType.Site => LayerKind.Site,
        EnvironmentSourceType.Service => LayerKind.Service,
        EnvironmentSourceType.Dotenv => LayerKind.Dotenv,
        EnvironmentSourceType.Secrets => LayerKind.Secrets,
        EnvironmentSourceType.Sops => LayerKind.Sops,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The descriptor may speak of tunnels already; a later release runs them. Nothing is passed over in silence.</summary>
    private static void RefuseWhatDoesNotRunYet(HarborContext context)
    {
        var descriptor = context.Stack.Descriptor;
        var tunnels = descriptor.Deploy.Steps.Concat(descriptor.PostDeploy.Steps)
            .Where(step => step.Action.StartsWith("net.tunnel.", StringComparison.Ordinal) && Steps.Holds(step, context.Merged))
            .Select(step => new Problem(step.At.File, step.At.Line, step.At.Column, $"{step.Action} does not run yet: remove the step, or let its 'when' not hold."))
            .ToList();
        if (tunnels.Count > 0)
        {
            throw new InvalidStackException(tunnels);
        }
    }
}
