using System.CommandLine;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>eval run</c>: starts a job and follows it to its table.</summary>
internal static class EvalRunCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "TOML file with [eval]; the options below win", HelpName = "FILE" };
        var deployment = new Option<string?>("--deployment-id") { Description = "The deployment: its name or id", HelpName = "NAME" };
        var seeds = ClientOptions.OptionalCount("--seeds", "Seeds 0 to N - 1");
        var model = new Option<string?>("--model") { Description = "For the agent", HelpName = "NAME" };
        var agent = new Option<string?>("--agent") { Description = "Who plays (default: as uploaded)", HelpName = "NAME" };
        var attempts = ClientOptions.OptionalCount("--attempts", "Rollouts for each seed, 1-64 (default: 1)");
        var concurrency = ClientOptions.OptionalCount("--concurrency", "Rollouts at a time (default: 5)");
        var budget = new Option<double?>("--budget-usd") { Description = "For all calls of models", HelpName = "USD" };
        var command = new Command("run", "Runs a job and prints its rewards. Exit code 1 if it did not complete.")
        {
            config, deployment, seeds, model, agent, attempts, concurrency, budget,
        };
        command.SetAction((given, ct) =>
        {
            var connection = given.Connect();
            var basis = given.GetValue(config) is { } file ? Read(file) : new EvalJobConfig();
            var policy = basis.PolicyConfig.DeepClone().AsObject();
            Set(policy, "model", given.GetValue(model));
            Set(policy, "agent", given.GetValue(agent));
            var app = given.GetValue(deployment) is { } name
                ? new HarborDeploymentRef { DeploymentId = name, Connection = connection } : null;
            return RunAsync(given, new EvalJob(basis with
            {
                Connection = connection,
                TaskAppUrl = app?.Url ?? basis.TaskAppUrl,
                AppId = basis.AppId ?? (app is null ? null : $"harbor-{app.DeploymentId[..Math.Min(8, app.DeploymentId.Length)]}"),
                Seeds = given.GetValue(seeds) is { } count ? [.. Enumerable.Range(0, count).Select(seed => (long)seed)] : basis.Seeds,
                PolicyConfig = policy,
                Attempts = given.GetValue(attempts) ?? basis.Attempts,
                Concurrency = given.GetValue(concurrency) ?? basis.Concurrency,
                Budget = given.GetValue(budget) is { } usd ? (basis.Budget ?? new LlmBudget()) with { MaxCostUsd = usd } : basis.Budget,
            }), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, EvalJob job, CancellationToken ct)
    {
        try
        {
            return await FollowAsync(given, job, ct);
        }
        catch (OperationCanceledException) when (job.JobId is { } id)
        {
            given.Say($"The job goes on at the server. See it with './harbor eval status {id}', stop it with './harbor eval cancel {id}'.");
            throw;
        }
    }

    /// <summary>Submits the job. Progress goes to standard error, the table or the JSON to standard output.</summary>
    public static async Task<int> FollowAsync(ParseResult given, EvalJob job, CancellationToken ct)
    {
        given.Say($"Job {await job.SubmitAsync(ct)}");
        var total = (await job.GetStatusAsync(ct)).NumTotal;
        var ended = 0;
        var result = await job.StreamUntilCompleteAsync(seen =>
        {
            if (seen.Type.EndsWith(".seed.completed", StringComparison.Ordinal))
            {
                given.Say($"{++ended} of {total}: seed {seen.Data["seed"]}, reward {Rows.Reward((double?)seen.Data["reward"])}" +
                    $"{(seen.Data["failure_kind"] is { } kind ? $" ({kind})" : "")}");
            }
        }, ct);
        var results = await job.GetResultsAsync(ct);
        given.Print(results, HarborJson.Default.EvalResultsAnswer, output => EvalTable.Write(output, results));
        if (result.Error is { } error)
        {
            given.Say($"The job {result.Status}: {error}");
        }

        return result.Succeeded ? 0 : 1;
    }

    private static EvalJobConfig Read(string file) =>
        File.Exists(file) ? EvalJobConfig.FromToml(file) : throw new UsageException($"There is no {file}.");

    private static void Set(JsonObject policy, string name, string? value)
    {
        if (value is not null)
        {
            policy[name] = value;
        }
    }
}
