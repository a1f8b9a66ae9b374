using System.CommandLine;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>rollout list|show|logs|artifacts|cancel|rescore</c>; <see cref="RunCommand"/> starts them.</summary>
internal static class RolloutCommands
{
    public static Command Create() => ClientOptions.Group(
        "rollout", "Runs of an agent in a sandbox.", RunCommand.Create(), List(), Show(), Logs(), Artifacts(), Cancel(), Rescore());

    private static Argument<string> Id() => new("ROLLOUT") { Description = "Its id" };

    private static Command List()
    {
        var deployment = new Option<string?>("--deployment") { Description = "Only of this one", HelpName = "NAME" };
        var status = new Option<string?>("--status") { Description = "Only with this status, such as running or failed" };
        var job = new Option<string?>("--job") { Description = "Only of this eval job", HelpName = "ID" };
        var limit = ClientOptions.Count("--limit", 50, "At most so many, newest first");
        var command = new Command("list", "Lists rollouts.") { deployment, status, job, limit };
        command.SetAction(async (given, ct) =>
        {
            var list = await new HarborRollouts(given.Connect()).ListAsync(
                given.GetValue(deployment), given.GetValue(status), given.GetValue(job), given.GetValue(limit), ct: ct);
            given.Print(list, HarborJson.Default.RolloutList, output => Write(output, list.Rollouts));
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var id = Id();
        var command = new Command("show", "Shows how a rollout ran and what it earned.") { id };
        command.SetAction(async (given, ct) =>
        {
            var rollout = await new HarborRollouts(given.Connect()).GetAsync(given.GetRequiredValue(id), ct: ct);
            given.Print(rollout, HarborJson.Default.HarborRollout, output => Write(output, rollout));
            return 0;
        });
        return command;
    }

    private static Command Logs()
    {
        var id = Id();
        var stream = new Option<string?>("--stream") { Description = "stdout or stderr (default: both)" };
        stream.AcceptOnlyFromAmong("stdout", "stderr");
        var follow = new Option<bool>("--follow", "-f") { Description = "Until the rollout has ended" };
        var command = new Command("logs", "Prints what the agent printed.") { id, stream, follow };
        command.SetAction(async (given, ct) =>
        {
            var (rollouts, rollout, output) =
                (new HarborRollouts(given.Connect()), given.GetRequiredValue(id), given.InvocationConfiguration.Output);
            if (!given.GetValue(follow))
            {
                await output.WriteAsync(await rollouts.GetLogsAsync(rollout, given.GetValue(stream), ct));
                return 0;
            }

            await foreach (var piece in rollouts.FollowLogsAsync(rollout, given.GetValue(stream), ct))
            {
                await output.WriteAsync(piece);
                await output.FlushAsync(ct);
            }

            return 0;
        });
        return command;
    }

    private static Command Artifacts()
    {
        var id = Id();
        var to = new Option<string?>("--to") { Description = "Download all of them into this folder", HelpName = "DIR" };
        var command = new Command("artifacts", "Lists the files that a rollout left, or downloads them.") { id, to };
        command.SetAction(async (given, ct) =>
        {
            var (rollouts, rollout) = (new HarborRollouts(given.Connect()), given.GetRequiredValue(id));
            var list = await rollouts.GetArtifactsAsync(rollout, ct);
            if (given.GetValue(to) is { } folder)
            {
                foreach (var artifact in list.Artifacts.Where(artifact => artifact.Status == "stored"))
                {
                    given.Say(await ArtifactFile.DownloadAsync(rollouts, rollout, artifact, folder, ct));
                }
            }

            given.Print(list, HarborJson.Default.ArtifactList, output => Rows.Write(output, ["PATH", "BYTES", "TYPE", "STATUS", "ID"],
                list.Artifacts.Select(row => (string[])[row.Path, $"{row.Size}", row.Type ?? "-", row.Status ?? "-", row.Id])));
            return 0;
        });
        return command;
    }

    private static Command Cancel()
    {
        var id = Id();
        var reason = new Option<string?>("--reason") { Description = "Kept with the rollout", HelpName = "TEXT" };
        var command = new Command("cancel", "Stops a rollout.") { id, reason };
        command.SetAction(async (given, ct) =>
        {
            var rollout = await new HarborRollouts(given.Connect()).CancelAsync(given.GetRequiredValue(id), given.GetValue(reason), ct);
            given.Print(rollout, HarborJson.Default.HarborRollout, output => output.WriteLine($"{rollout.RolloutId}: {rollout.Status}"));
            return 0;
        });
        return command;
    }

    private static Command Rescore()
    {
        var id = Id();
        var verify = new Option<string?>("--verify-command") { Description = "Instead of the deployment's", HelpName = "COMMAND" };
        var digest = new Option<string?>("--context-digest") { Description = "Tests of this context", HelpName = "SHA256" };
        var command = new Command("rescore", "Grades a kept snapshot again, without the agent. Older scores stay.") { id, verify, digest };
        command.SetAction(async (given, ct) =>
        {
            var request = new RescoreRequest { VerifyCommand = given.GetValue(verify), ContextDigest = given.GetValue(digest) };
            var rollout = await new HarborRollouts(given.Connect()).RescoreAsync(given.GetRequiredValue(id), request, ct);
            given.Print(rollout, HarborJson.Default.HarborRollout, output => Write(output, rollout));
            return 0;
        });
        return command;
    }

    /// <summary>One row for each.</summary>
    public static void Write(TextWriter output, IEnumerable<HarborRollout> rollouts) => Rows.Write(
        output, ["SEED", "STATUS", "REWARD", "TIME", "ROLLOUT", "ERROR"],
        rollouts.Select(row => (string[])[$"{row.Seed}", row.Status, Rows.Reward(row.Reward),
            Rows.Seconds((row.CompletedAt - row.StartedAt)?.TotalMilliseconds), row.RolloutId, Rows.Short(row.Error)]));

    private static void Write(TextWriter output, HarborRollout rollout)
    {
        output.WriteLine($"{rollout.RolloutId}: {rollout.Status}, reward {Rows.Reward(rollout.Reward)}");
        output.WriteLine($"seed      {rollout.Seed}");
        output.WriteLine($"started   {Rows.Time(rollout.StartedAt)}");
        output.WriteLine($"ended     {Rows.Time(rollout.CompletedAt)}");
        if (rollout.ExecutionMetadata is { } metadata)
        {
            output.WriteLine($"attempt   {metadata.Attempt}");
            output.WriteLine($"agent     {Rows.Seconds(metadata.AgentMs)}, verify {Rows.Seconds(metadata.VerifyMs)}");
            output.WriteLine($"exit code {metadata.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not known"}");
        }

        if (rollout.Error is { } error)
        {
            output.WriteLine(Rows.Plain($"error     {rollout.FailureKind}: {error}"));
        }

        foreach (var score in rollout.Scores ?? [])
        {
            output.WriteLine($"score {score.Version}   {Rows.Reward(score.Reward)} {score.FailureKind}");
        }
    }
}
