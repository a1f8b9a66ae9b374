using System.CommandLine;
using System.Globalization;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>eval status|results|traces|cancel|resume|compare</c>; <see cref="EvalRunCommand"/> starts jobs.</summary>
internal static class EvalCommands
{
    public static Command Create() => ClientOptions.Group(
        "eval", "A policy over many seeds, scored.",
        EvalRunCommand.Create(), Status(), Results(), Traces(), Cancel(), Resume(), Compare());

    private static Argument<string> Id(string name = "JOB") => new(name) { Description = "Id of an eval job" };

    private static EvalJob Job(ParseResult given, Argument<string> id) =>
        EvalJob.FromJobId(given.GetRequiredValue(id), given.Connect());

    private static Command Status()
    {
        var id = Id();
        var command = new Command("status", "Shows how far a job is.") { id };
        command.SetAction(async (given, ct) =>
        {
            var status = await Job(given, id).GetStatusAsync(ct);
            given.Print(status, HarborJson.Default.EvalJobStatus, output => Write(output, status));
            return 0;
        });
        return command;
    }

    private static Command Results()
    {
        var id = Id();
        var format = new Option<string>("--format")
        {
            Description = "table; harbor: folders as harbor-framework writes them",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "harbor");
        var to = new Option<string>("--to")
        {
            Description = "Folder for the format harbor",
            HelpName = "DIR",
            DefaultValueFactory = _ => "jobs",
        };
        var command = new Command("results", "Shows the rewards by seed and the numbers.") { id, format, to };
        command.SetAction(async (given, ct) =>
        {
            var results = await Job(given, id).GetResultsAsync(ct);
            if (given.GetValue(format) == "harbor")
            {
                var config = (await Job(given, id).GetStatusAsync(ct)).Config;
                var folder = await new EvalExport(given.Connect(), results, config).WriteAsync(given.GetRequiredValue(to), ct);
                given.Say($"Written: {folder}");
            }

            given.Print(results, HarborJson.Default.EvalResultsAnswer, output => EvalTable.Write(output, results));
            return 0;
        });
        return command;
    }

    private static Command Traces()
    {
        var id = Id();
        var to = new Option<string?>("--to") { Description = "File (default: JOB.zip)", HelpName = "FILE" };
        var command = new Command("traces", "Downloads the traces of all rollouts as a zip.") { id, to };
        command.SetAction(async (given, ct) =>
        {
            var file = given.GetValue(to) ?? $"{given.GetRequiredValue(id)}.zip";
            await Job(given, id).DownloadTracesAsync(file, ct);
            given.Say($"Written: {file}");
            return 0;
        });
        return command;
    }

    private static Command Cancel()
    {
        var id = Id();
        var reason = new Option<string?>("--reason") { Description = "Kept with the job", HelpName = "TEXT" };
        var command = new Command("cancel", "Stops a job; what has ended is kept.") { id, reason };
        command.SetAction(async (given, ct) =>
        {
            var answer = await Job(given, id).CancelAsync(given.GetValue(reason), ct);
            given.Print(answer, HarborJson.Default.EvalCancelAnswer, output => output.WriteLine($"{answer.JobId}: {answer.Message}"));
            return answer.Status == "failed" ? 1 : 0;
        });
        return command;
    }

    private static Command Resume()
    {
        var id = Id();
        var only = new Option<string>("--only")
        {
            Description = "infra: what the platform failed; unscored: everything without a reward",
            DefaultValueFactory = _ => "infra",
        };
        only.AcceptOnlyFromAmong("infra", "unscored");
        var command = new Command("resume", "Opens a job again that has ended, and runs what has no reward.") { id, only };
        command.SetAction(async (given, ct) =>
        {
            var status = await Job(given, id).ResumeAsync(given.GetRequiredValue(only), ct: ct);
            given.Print(status, HarborJson.Default.EvalJobStatus, output => Write(output, status));
            return 0;
        });
        return command;
    }

    private static Command Compare()
    {
        var (id, other) = (Id(), Id("OTHER"));
        var command = new Command("compare", "Shows two jobs side by side, seed by seed.") { id, other };
        command.SetAction(async (given, ct) =>
        {
            var both = await Job(given, id).CompareAsync(given.GetRequiredValue(other), ct);
            given.Print(both, HarborJson.Default.EvalComparison, output =>
            {
                Rows.Write(output, ["SEED", both.JobId, both.With, "DIFFERENCE"], both.Seeds.Select(row => (string[])
                    [$"{row.Seed}", Rows.Reward(row.Reward), Rows.Reward(row.WithReward), Rows.Reward(row.Difference)]));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"mean {Rows.Reward(both.MeanReward)} and {Rows.Reward(both.WithMeanReward)} over {both.SharedSeeds} shared seeds; "
                    + $"difference {Rows.Reward(both.MeanDifference)} +- {Rows.Reward(both.DifferenceStderr)}"));
            });
            return 0;
        });
        return command;
    }

    private static void Write(TextWriter output, EvalJobStatus status)
    {
        output.WriteLine($"{status.JobId}: {status.Status}, {status.NumCompleted} of {status.NumTotal}, " +
            $"mean reward {Rows.Reward(status.MeanReward)}");
        if (status.Error is { } error)
        {
            output.WriteLine($"error: {error}");
        }
    }
}
