using Harbor.Frosting;
using Harbor.Runners;
using Harbor.Selection;
using Harbor.Setup;
using Harbor.Stacks.Checks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Doctor")]
[TaskDescription("Checks machine, engine and project; each fault with its remedy.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[Document]
[PrintsResult]
[TaskOption("fix", "Apply the remedies that are safe: modes of key files, leftovers")]
[TaskOption("check", "Only print what is wrong")]
[Reads("engine, Compose, disk, memory, network, clock, ports, key files, env files, state")]
[Leaves("nothing; with --fix, what it says. The exit code is 1 if there is an error")]
[Example("doctor --fix")]
public sealed class Doctor : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var found = new List<CheckDocument>();
        await foreach (var diagnosis in FindAsync(context, ct))
        {
            var isFixed = context.Settings.Fix && diagnosis.Fix is not null;
            if (isFixed)
            {
                diagnosis.Fix!();
            }

            found.Add(new CheckDocument(
                diagnosis.Check, diagnosis.State.ToString().ToLowerInvariant(), diagnosis.Text, diagnosis.Remedy, isFixed));
        }

        var errors = found.Count(check => check is { State: "error", Fixed: false });
        var warnings = found.Count(check => check is { State: "warning", Fixed: false });
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(new DoctorDocument(errors, warnings, found)), evenIfFailed: true);
        }
        else
        {
            DoctorText.Lines(found, context.Settings.CheckOnly, context.Palette).ToList().ForEach(context.Say);
        }

        var summary = $"{errors} {(errors == 1 ? "error" : "errors")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}.";
        if (errors > 0)
        {
            throw new HarborException(summary);
        }

        context.Say(summary);
    }

    private static async IAsyncEnumerable<Diagnosis> FindAsync(
        HarborContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var state = await EngineState.DetectAsync(context.Scope, ct);
        var facts = state.Daemon == DaemonState.Answers && state.Client ? await EngineFacts.ReadAsync(context.Scope, ct) : null;
        var project = await ProjectChecks.FindAsync(context.Run, context.HasProject ? () => context.Stack : null, state, ct);
        IEnumerable<Diagnosis> machine =
        [
            .. EngineChecks.Run(context.Scope, state, facts),
            .. MachineChecks.Disk([("the project", context.Paths.Root),
                .. facts is not null && context.Run.EngineIsHere ? [("images and volumes", facts.Folder)] : ((string, string)[])[]]),
            .. MachineChecks.Memory(File.Exists("/proc/meminfo") ? await File.ReadAllTextAsync("/proc/meminfo", ct) : ""),
            .. await MachineChecks.RegistriesAsync(context.Scope, project.Registries, facts, ct),
            .. MachineChecks.Gpu(HostFacts.Read(context.Scope), facts),
        ];
        foreach (var diagnosis in machine.Concat(project.Found))
        {
            yield return diagnosis;
        }

        if (new RunnerMounts(context.Scope.Variables).IsInContainer)
        {
            yield return Diagnosis.Ok("runner", "Harbor runs in its container: disk and ports of the machine were not looked at");
        }
    }
}
