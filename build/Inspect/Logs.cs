using Harbor.Frosting;
using Harbor.Pipeline.Services;
using Harbor.Pipeline.Source;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Logs")]
[TaskDescription("Prints what the services have printed, secrets as ***.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("l")]
[ReadOnly]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[TaskOption("follow", "Go on with new lines until Ctrl-C", Letter = 'f')]
[TaskOption("no-follow", "End after the last line, which is the default")]
[TaskOption("tail", "The last N lines of each container (default: 1000), or 'all'", Value = "N", Letter = 'n')]
[TaskOption("since", "Only lines since then: 10m, 2h, 2026-11-27T08:00:00Z", Value = "TIME")]
[Leaves("nothing; it deploys nothing")]
[Example("logs web --follow --tail=20")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Logs : AsyncFrostingTask<HarborContext>
{
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        context.RegisterSecrets();
        var stack = await context.RunningAsync(ct);
        var containers = stack.Choose(context.Settings.ServiceNames);
        if (containers.Count == 0)
        {
            throw new HarborException($"Nothing is deployed as '{stack.Project}'.");
        }

        using var silence = context.Scope.Activities.Silence();
        var width = containers.Max(container => Label(container, stack.Project).Length);
        var services = containers.Select(container => container.Service).Distinct().ToList();
        var request = new LogRequest(context.Settings.Tail, context.Settings.Since, context.Settings.Follow);
        await ServiceLogs.ReadAsync(context.Run, stack.Project, containers, request, (container, line) =>
        {
            var label = $"{Label(container, stack.Project).PadRight(width)} |";
            var colour = Colours[Math.Max(0, services.IndexOf(container.Service)) % Colours.Length];
            context.Say($"{(context.UsesColour ? $"\e[{colour}m{label}\e[0m" : label)} {line}");
        }, ct);
    }

    /// <summary>Without the project's name: <c>web-1</c>.</summary>
    private static string Label(Engines.EngineContainer container, string project) =>
        container.Name.StartsWith($"{project}-", StringComparison.Ordinal) ? container.Name[(project.Length + 1)..] : container.Name;
}
