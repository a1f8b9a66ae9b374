using System.CommandLine;
using System.Text.Json.Nodes;
using Harbor.Deployments;

namespace Harbor.Server.Commands;

/// <summary><c>deployments upload</c>: packs a context, uploads it and has it built.</summary>
internal static class UploadCommand
{
    public static Command Create()
    {
        var fields = new SpecOptions();
        var agent = new Option<string?>("--agent") { Description = "Who plays: kept in the metadata as agent_type", HelpName = "NAME" };
        var wait = new Option<bool>("--wait") { Description = "Follow the build to its end" };
        var timeout = ClientOptions.Count("--timeout", 600, "Seconds to wait");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would be packed" };
        var explain = new Option<string?>("--explain") { Description = "Only say which rule decides about a path", HelpName = "PATH" };
        var secrets = new Option<string[]>("--allow-secret")
        {
            Description = "Pack this file although it looks like a secret",
            HelpName = "PATH",
        };
        var command = new Command("upload", "Packs, uploads and builds a sandbox image.")
        {
            agent, wait, timeout, dryRun, explain, secrets,
        };
        foreach (var option in fields.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (given, ct) =>
        {
            var spec = fields.Read(given);
            if (given.GetValue(agent) is { } name)
            {
                var metadata = spec.Metadata.DeepClone().AsObject();
                metadata["agent_type"] = name;
                spec = spec with { Metadata = metadata };
            }

            var allowed = given.GetValue(secrets) ?? [];
            if (given.GetValue(explain) is { } path)
            {
                Explain(given, new HarborPackager(spec, allowed).Explain(path));
                return 0;
            }

            if (given.GetValue(dryRun))
            {
                Show(given, await new HarborPackager(spec, allowed).PlanAsync(ct));
                return 0;
            }

            await UploadAsync(
                given, spec, allowed, given.GetValue(wait) ? TimeSpan.FromSeconds(given.GetValue(timeout)) : null, ct);
            return 0;
        });
        return command;
    }

    /// <summary>A rule for a file that does not exist is an answer too: it may be made later.</summary>
    private static void Explain(ParseResult given, PackagingDecision decision) => given.Print(
        decision, HarborJson.Default.PackagingDecision,
        output => output.WriteLine($"{decision.Path}: {(decision.IsPackaged ? "packed" : "not packed")}, by {decision.Rule}"));

    private static void Show(ParseResult given, PackagingPlan plan) => given.Print(plan, HarborJson.Default.PackagingPlan, output =>
    {
        foreach (var file in plan.Files)
        {
            output.WriteLine($"{file.Mode}  {file.Size,10}  {file.Path}{(file.Target is { } target ? $" -> {target}" : "")}");
        }

        foreach (var path in plan.Excluded)
        {
            output.WriteLine($"not packed        {path.Path}  ({path.Rule})");
        }

        output.WriteLine($"{plan.FileCount} files, {plan.TotalSizeBytes} bytes, {plan.ContextDigest}");
    });

    /// <param name="wait">Null: does not wait for the build.</param>
    private static async Task UploadAsync(
        ParseResult given, HarborBuildSpec spec, IReadOnlyList<string> allowedSecrets, TimeSpan? wait, CancellationToken ct)
    {
        spec.EnsureValid();
        var uploader = new HarborDeploymentUploader(given.Connect());
        given.Say($"Uploading '{spec.Name}' ...");
        var result = await uploader.UploadAsync(spec, allowedSecrets, ct);
        if (wait is not null && result is { BuildId: { } build, Status: not "ready" })
        {
            var status = await BuildFollower.FollowAsync(given, uploader, result.DeploymentId, build, wait, ct);
            result = result with { Status = status.Status, SnapshotId = status.SnapshotId };
        }

        var answer = new JsonObject
        {
            ["deployment_id"] = result.DeploymentId,
            ["build_id"] = result.BuildId,
            ["name"] = result.Name,
            ["status"] = result.Status,
            ["snapshot_id"] = result.SnapshotId,
        };
        given.Print(answer, HarborJson.Default.JsonObject, output =>
        {
            output.WriteLine($"{result.Name}: {result.Status}");
            output.WriteLine($"deployment  {result.DeploymentId}");
            output.WriteLine($"build       {result.BuildId}");
            if (result.SnapshotId is { } snapshot)
            {
                output.WriteLine($"snapshot    {snapshot}");
            }
        });
    }
}
