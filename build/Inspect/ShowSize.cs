using System.Globalization;
using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Size")]
[TaskDescription("Prints what images, logs, volumes and folders take, by service.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[Document]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[Services.ServiceOptions]
[Reads("the engine, and the folders that the containers mount")]
[Leaves("nothing; docker system prune removes what nothing uses")]
[Example("size")]
public sealed class ShowSize : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var stack = await context.RunningAsync(ct);
        var containers = stack.Choose(context.Settings.ServiceNames);
        var sizes = containers.Count == 0 ? [] : await StackSizes.FindAsync(context.Run, containers, ct);
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(new SizeDocument(stack.Project, sizes)));
            return;
        }

        context.Say(sizes.Count == 0 ? $"Nothing is deployed as '{stack.Project}'." : Table.Format(
            ["SERVICE", "IMAGE", "WRITTEN", "LOGS", "VOLUMES", "FOLDERS", "TOTAL"],
            sizes.OrderByDescending(size => size.Total).ThenBy(size => size.Service, StringComparer.Ordinal).Select(size => (string[])[
                size.Service, Text(size.Image), Text(size.Written), Text(size.Logs), Text(size.Volumes), Text(size.Folders),
                (size.IsWhole ? "" : ">= ") + Text(size.Total)])));
        if (sizes.Count > 1)
        {
            context.Say("Services may share an image, a volume or a folder.");
        }
    }

    private static string Text(long? bytes) => bytes switch
    {
        null => "?",
        0 => "-",
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
