using System.Text;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Files;
using Harbor.Frosting;

namespace Harbor.Pipeline.Setup;

[TaskName("Init")]
[TaskDescription("Writes a descriptor for a repository that has compose files.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TaskOption("yes", "Write it without a question")]
[Reads("the names of the compose files, .env, the containers of the project's name")]
[Leaves("etc/harbor.yaml, lines in .gitignore; the schema for editors in var")]
[Example("init")]
public sealed class InitProject : AsyncFrostingTask<HarborContext>
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var draft = DescriptorDraft.Make(context.Paths);
        context.Say($"Project {draft.Project} in {context.Paths.Root}");
        foreach (var line in draft.Found.Append(await RunningAsync(context, draft.Project, ct)))
        {
            context.Say($"  {line}");
        }

        context.Say($"\netc/harbor.yaml would be\n\n{draft.Text}");
        if (draft.Ignored.Count > 0)
        {
            context.Say($"Lines for .gitignore: {string.Join(' ', draft.Ignored)}");
        }

        await Confirmation.AskAsync(context, "Both would be written.", draft.Project, ct);
        Write(context, draft);
        await LookAsync(context, "Source", ct);
        await LookAsync(context, "Plan", ct);
        context.Say($"\nDeploy it with: {context.Command} deploy");
    }

    private static void Write(HarborContext context, DescriptorDraft draft)
    {
        var (paths, list) = (context.Paths, Path.Combine(context.Paths.Root, ".gitignore"));
        if (draft.Ignored.Count > 0)
        {
            var before = File.Exists(list) ? File.ReadAllText(list) : "";
            AtomicFile.Write(list, Encoding.UTF8.GetBytes(draft.GitIgnore(before)), Readable);
        }

        using var schema = typeof(InitProject).Assembly.GetManifestResourceStream("harbor.schema.json")!;
        using var copy = new MemoryStream();
        schema.CopyTo(copy);
        AtomicFile.Write(Path.Combine(paths.Root, DescriptorDraft.Schema), copy.ToArray(), Readable);
        AtomicFile.Write(paths.Descriptor, Encoding.UTF8.GetBytes(draft.Text), Readable);
    }

    private static async Task<string> RunningAsync(HarborContext context, string project, CancellationToken ct)
    {
        try
        {
            var containers = await context.Run.Engine.ContainersAsync(project, ct);
            var running = containers.Count(container => container.State == ContainerState.Running);
            return running == 0 ? $"running: nothing under the name {project}"
                : $"running: {running} containers under the name {project}; a deploy keeps those that are as their files say";
        }
        catch (HarborException)
        {
            return "running: not known, because the engine does not answer";
        }
    }

    /// <summary>As a command of its own, which reads what was written; it says itself what is wrong.</summary>
    private static async Task LookAsync(HarborContext context, string target, CancellationToken ct)
    {
        var result = await (HostProgram.Command(context, $"--target={target}", $"--working={context.Paths.Root}") with
        {
            OnOutput = context.Say,
            OnError = line => context.Console.WriteErrorLine("{0}", line),
        }).TryRunAsync(ct);
        if (result.ExitCode != 0)
        {
            context.Say($"\n{target} failed (above), but the descriptor is written. Then type: {context.Command} "
                + target.ToLowerInvariant());
        }
    }
}
