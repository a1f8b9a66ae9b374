using System.CommandLine;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>instances create|list|build</c>.</summary>
internal static class InstanceCommands
{
    private const int Shown = 20;

    public static Command Create() => ClientOptions.Group(
        "instances", "What a deployment is for each seed.", Make(), List(), Build());

    private static Command Make()
    {
        var deployment = ClientOptions.Deployment();
        var count = ClientOptions.Count("--count", 100, "So many seeds, 1-10,000");
        var start = new Option<long>("--start-seed") { Description = "The first seed", HelpName = "N" };
        var noBuild = new Option<bool>("--no-build") { Description = "Do not prepare them yet" };
        var command = new Command("create", "Makes an instance for each seed that has none, and prepares them.")
        {
            deployment, count, start, noBuild,
        };
        command.SetAction(async (given, ct) =>
        {
            var instances = await new HarborInstances(given.Connect()).CreateAsync(
                given.GetRequiredValue(deployment), given.GetValue(count), given.GetValue(start), !given.GetValue(noBuild), ct);
            var ready = instances.Count(instance => instance.Status == "ready");
            var answer = new InstanceList
            {
                Instances = instances,
                Total = instances.Count,
                ReadyCount = ready,
                BuildingCount = instances.Count(instance => instance.Status == "building"),
                FailedCount = instances.Count(instance => instance.Status == "failed"),
            };
            given.Print(answer, HarborJson.Default.InstanceList, output => Write(output, answer));
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var deployment = ClientOptions.Deployment();
        var status = new Option<string?>("--status") { Description = "Only those that are pending, building, ready or failed" };
        var command = new Command("list", "Lists instances.") { deployment, status };
        command.SetAction(async (given, ct) =>
        {
            var list = await new HarborInstances(given.Connect()).ListAsync(
                given.GetRequiredValue(deployment), given.GetValue(status), ct);
            given.Print(list, HarborJson.Default.InstanceList, output => Write(output, list));
            return 0;
        });
        return command;
    }

    private static Command Build()
    {
        var deployment = ClientOptions.Deployment();
        var command = new Command("build", "Prepares all that are pending, and those that failed once more.") { deployment };
        command.SetAction(async (given, ct) =>
        {
            var answer = await new HarborInstances(given.Connect()).BuildAllAsync(given.GetRequiredValue(deployment), ct);
            given.Print(answer, HarborJson.Default.BuildAllAnswer, output => output.WriteLine(
                $"{answer.TotalInstances} instances: {answer.ReadyCount} ready, {answer.QueuedCount ?? 0} queued"));
            return 0;
        });
        return command;
    }

    private static void Write(TextWriter output, InstanceList list)
    {
        output.WriteLine($"{list.Total} instances: {list.ReadyCount} ready, {list.BuildingCount} building, {list.FailedCount} failed");
        Rows.Write(output, ["SEED", "STATUS", "ID", "ERROR"], list.Instances.Take(Shown)
            .Select(row => (string[])[$"{row.Seed}", row.Status, row.Id, Rows.Short(row.Error)]));
        if (list.Instances.Count > Shown)
        {
            output.WriteLine($"... and {list.Instances.Count - Shown} more; --json prints all");
        }
    }
}
