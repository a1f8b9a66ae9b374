using System.CommandLine;
using System.Globalization;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>deployments list|status|build|logs|delete|gc</c>; <see cref="UploadCommand"/> makes them.</summary>
internal static class DeploymentCommands
{
    public static Command Create() => ClientOptions.Group(
        "deployments", "Sandbox images: upload, build, look at, delete.",
        UploadCommand.Create(), List(), Status(), Build(), Logs(), Delete(), Gc());

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only those that are pending, building, ready or failed" };
        var limit = ClientOptions.Count("--limit", 50, "At most so many, newest first");
        var command = new Command("list", "Lists deployments.") { status, limit };
        command.SetAction(async (given, ct) =>
        {
            var list = await new HarborDeploymentUploader(given.Connect()).ListAsync(
                given.GetValue(limit), status: given.GetValue(status), ct: ct);
            given.Print(list, HarborJson.Default.DeploymentList, output => Rows.Write(
                output, ["NAME", "STATUS", "CREATED", "ID"],
                list.Deployments.Select(row => (string[])[row.Name ?? "-", row.Status, Rows.Time(row.CreatedAt), row.Id])));
            return 0;
        });
        return command;
    }

    private static Command Status()
    {
        var deployment = ClientOptions.Deployment();
        var command = new Command("status", "Shows a deployment, its builds, its instances. Exits with 1 unless ready.") { deployment };
        command.SetAction(async (given, ct) =>
        {
            var status = await new HarborDeploymentUploader(given.Connect()).GetStatusAsync(given.GetRequiredValue(deployment), ct);
            given.Print(status, HarborJson.Default.DeploymentStatusAnswer, output => Write(output, status));
            return status.Status == "ready" ? 0 : 1;
        });
        return command;
    }

    private static Command Build()
    {
        var deployment = ClientOptions.Deployment();
        var force = new Option<bool>("--force") { Description = "Without any cache" };
        var wait = new Option<bool>("--wait") { Description = "Follow the build to its end" };
        var command = new Command("build", "Builds a deployment again, from its last context.") { deployment, force, wait };
        command.SetAction(async (given, ct) =>
        {
            var (name, uploader) = (given.GetRequiredValue(deployment), new HarborDeploymentUploader(given.Connect()));
            var build = await uploader.TriggerBuildAsync(name, force: given.GetValue(force), ct: ct);
            if (given.GetValue(wait))
            {
                await BuildFollower.FollowAsync(given, uploader, name, build.BuildId, timeout: null, ct);
            }

            given.Print(build, HarborJson.Default.BuildAccepted, output => output.WriteLine(
                $"{(build.Cached ? "It is built already" : "Build")}: {build.BuildId}"));
            return 0;
        });
        return command;
    }

    private static Command Logs()
    {
        var deployment = ClientOptions.Deployment();
        var build = new Option<string?>("--build") { Description = "Of this build (default: the newest)", HelpName = "ID" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Until the build has ended" };
        var command = new Command("logs", "Prints the log of a build.") { deployment, build, follow };
        command.SetAction(async (given, ct) =>
        {
            var (name, uploader) = (given.GetRequiredValue(deployment), new HarborDeploymentUploader(given.Connect()));
            var id = given.GetValue(build) ?? ((await uploader.GetStatusAsync(name, ct)).Builds is [var newest, ..] ? newest.Id : null)
                ?? throw new UsageException($"'{name}' was never built.");
            var output = given.InvocationConfiguration.Output;
            if (!given.GetValue(follow))
            {
                await output.WriteAsync(await uploader.GetBuildLogAsync(name, id, ct: ct));
                return 0;
            }

            await foreach (var piece in uploader.FollowBuildLogAsync(name, id, ct: ct))
            {
                await output.WriteAsync(piece);
                await output.FlushAsync(ct);
            }

            return 0;
        });
        return command;
    }

    private static Command Delete()
    {
        var deployment = ClientOptions.Deployment();
        var command = new Command("delete", "Deletes a deployment. Rollouts that run are finished; results are kept.") { deployment };
        command.SetAction(async (given, ct) =>
        {
            var name = given.GetRequiredValue(deployment);
            await new HarborDeploymentUploader(given.Connect()).DeleteAsync(name, ct);
            given.Say($"'{name}' is deleted.");
            return 0;
        });
        return command;
    }

    private static Command Gc()
    {
        var command = new Command("gc", "Removes images and contexts that nothing refers to, now instead of after a day.");
        command.SetAction(async (given, ct) =>
        {
            var answer = await new HarborDeploymentUploader(given.Connect()).CollectGarbageAsync(ct);
            given.Print(answer, HarborJson.Default.GarbageAnswer, output => output.WriteLine(
                $"{answer.ImagesRemoved?.ToString(CultureInfo.InvariantCulture) ?? "not known how many"} images and "
                + $"{answer.ContextsRemoved} contexts ({answer.ContextBytes} bytes) removed"));
            return 0;
        });
        return command;
    }

    private static void Write(TextWriter output, DeploymentStatusAnswer status)
    {
        output.WriteLine($"{status.Name}: {status.Status}");
        output.WriteLine($"id        {status.Id}");
        output.WriteLine($"snapshot  {status.SnapshotId ?? "none yet"}");
        if (status.Instances is { } counts)
        {
            output.WriteLine($"instances {counts.ReadyCount} of {counts.Total} ready, {counts.FailedCount} failed");
        }

        if (status.Error is { } error)
        {
            output.WriteLine(Rows.Plain($"error     {error}"));
        }

        Rows.Write(output, ["BUILD", "STATUS", "ERROR"],
            status.Builds.Select(build => (string[])[build.Id, build.Status, Rows.Short(build.ErrorMessage)]));
    }
}
