using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Harbor.Deployments.Tests.Server;

internal sealed partial class ContractServer
{
    private readonly Dictionary<string, (HarborRollout Rollout, int Polls)> _rollouts = [];

    /// <summary>Whether <c>…/rollouts</c> exists; older servers have only the synchronous route.</summary>
    public bool HasQueue { get; set; } = true;

    /// <summary>How often a rollout is asked for before it ends.</summary>
    public int RolloutTakes { get; set; }

    /// <summary>How a rollout ends.</summary>
    public Func<RolloutRequest, HarborRollout> Ends { get; set; } = request => new HarborRollout
    {
        RolloutId = "",
        Status = "completed",
        Reward = (request.Env?.Seed ?? request.Seed) / 10.0,
        Success = true,
        Details = new JsonObject { ["task"] = "t" },
        ExecutionMetadata = new() { Scored = true, AgentMs = 12 },
    };

    public List<RolloutRequest> Rollouts { get; } = [];

    private void MapRollouts()
    {
        Map("/rollouts", "POST", async (context, known) =>
        {
            if (!HasQueue)
            {
                await ErrorAsync(context, 404, "Not Found", "not_found");
                return;
            }

            var request = await ReadAsync(context, HarborJson.Default.RolloutRequest);
            Rollouts.Add(request);
            var id = Guid.CreateVersion7().ToString();
            _rollouts[id] = (Ends(request) with { RolloutId = id, DeploymentId = known.Id }, 0);
            context.Response.StatusCode = 202;
            await WriteAsync(
                context, new RolloutAccepted { RolloutId = id, Status = "queued", QueuePosition = 0 }, HarborJson.Default.RolloutAccepted);
        });
        Map("/rollout", "POST", (context, _) => RunAsync(context));
        _app.MapPost("/api/harbor/rollout", RunAsync);
        _app.MapGet("/api/harbor/rollouts/{r}", async context =>
        {
            var id = (string)context.Request.RouteValues["r"]!;
            var (rollout, polls) = _rollouts[id];
            _rollouts[id] = (rollout, polls + 1);
            await WriteAsync(context, polls < RolloutTakes ? rollout with { Status = "running", Reward = null } : rollout,
                HarborJson.Default.HarborRollout);
        });
    }

    private async Task RunAsync(HttpContext context)
    {
        var request = await ReadAsync(context, HarborJson.Default.RolloutRequest);
        Rollouts.Add(request);
        var end = Ends(request);
        var details = end.Details?.DeepClone().AsObject() ?? [];
        details["scored"] = end.Reward is not null;
        await WriteAsync(context, new RolloutResponse
        {
            TraceCorrelationId = request.TraceCorrelationId,
            RewardInfo = new() { OutcomeReward = end.Reward ?? 0.0, Details = details },
            Metrics = new() { RewardMean = end.Reward ?? 0.0, Details = details.DeepClone().AsObject() },
            Success = end.Success,
            Error = end.Error,
            ExecutionMetadata = end.ExecutionMetadata,
        }, HarborJson.Default.RolloutResponse);
    }
}
