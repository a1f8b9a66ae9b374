using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Interceptor;

/// <summary>What a call may use at most, taken from its budgets before it is made. Afterwards it is what the call has used.</summary>
/// <param name="CostNano">Null: the price is not known.</param>
internal sealed record Reservation(IReadOnlyList<string> Owners, long Tokens, long? CostNano)
{
    /// <summary>There is no budget: nothing was taken, and the call is counted when it has ended.</summary>
    public Rollout? Unlimited { get; init; }
}

/// <summary>
/// The budgets of a rollout and of its job (<c>max_calls</c>, <c>max_tokens</c>, <c>max_cost_usd</c>). Rows of the database hold them, so
/// that no two workers together use more.
/// </summary>
internal sealed class Budgets(Databases databases)
{
    private readonly ConcurrentDictionary<string, bool> _limited = new();

    /// <returns>Null, with the reason, where a budget does not have so much left; then nothing is taken.</returns>
    public async Task<(Reservation? Taken, string? Reason)> ReserveAsync(Rollout rollout, long tokens, long? costNano, CancellationToken ct)
    {
        await using var db = databases.Open();
        string[] owners = rollout.JobId is { } job ? [$"{rollout.Id}", job] : [$"{rollout.Id}"];
        if (!HasLimit(rollout.Request) && (rollout.JobId is null || !await HasLimitAsync(db, rollout.JobId, ct)))
        {
            return (new Reservation(owners, 0, 0) { Unlimited = rollout }, null); // The first byte need not wait for a write.
        }

        while (true)
        {
            await using (var transaction = await db.Database.BeginTransactionAsync(ct))
            {
                var missing = owners[0];
                foreach (var owner in owners)
                {
                    missing = await TakeAsync(db, owner, tokens, costNano, ct) ? null : owner;
                    if (missing is not null)
                    {
                        break;
                    }
                }

                if (missing is null)
                {
                    await transaction.CommitAsync(ct);
                    return (new Reservation(owners, tokens, costNano), null);
                }

                await transaction.RollbackAsync(ct);
                if (await db.ModelBudgets.AsNoTracking().SingleOrDefaultAsync(row => row.Owner == missing, ct) is { } budget)
                {
                    if (Reason(budget, missing == owners[0] ? "rollout" : "job", tokens, costNano) is { } reason)
                    {
                        return (null, reason);
                    }

                    continue; // Another call has just added the row, or given something back.
                }
            }

            await AddAsync(db, rollout, owners, ct);
        }
    }

    public async Task SettleAsync(Reservation taken, long tokens, long? costNano, CancellationToken ct)
    {
        await using var db = databases.Open();
        if (taken.Unlimited is { } rollout)
        {
            await AddAsync(db, rollout, [.. taken.Owners], ct);
        }

        var (moreTokens, moreCost) = (tokens - taken.Tokens, (costNano ?? 0) - (taken.CostNano ?? 0));
        var moreCalls = taken.Unlimited is null ? 0 : 1;
        await db.ModelBudgets.Where(row => taken.Owners.Contains(row.Owner)).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Calls, row => row.Calls + moreCalls)
            .SetProperty(row => row.Tokens, row => row.Tokens + moreTokens)
            .SetProperty(row => row.CostNano, row => row.CostNano + moreCost), ct);
    }

    /// <summary>The owner of what an API key used without a rollout.</summary>
    public static string OfKey(string keyId) => $"key:{keyId}";

    /// <summary>A call of an owner that has no limits.</summary>
    public async Task CountAsync(string owner, long tokens, long costNano, CancellationToken ct)
    {
        await using var db = databases.Open();
        while (!await TakeAsync(db, owner, tokens, costNano, ct))
        {
            db.ModelBudgets.Add(new ModelBudget { Owner = owner });
            await SaveAsync(db, ct);
        }
    }

    private static async Task<bool> TakeAsync(HarborDb db, string owner, long tokens, long? costNano, CancellationToken ct)
    {
        var (cost, isKnown) = (costNano ?? 0, costNano is not null);
        return await db.ModelBudgets.Where(row => row.Owner == owner
            && (row.MaxCalls == null || row.Calls < row.MaxCalls)
            && (row.MaxTokens == null || row.Tokens + tokens <= row.MaxTokens)
            && (row.MaxCostNano == null || (isKnown && row.CostNano + cost <= row.MaxCostNano)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Calls, row => row.Calls + 1)
                .SetProperty(row => row.Tokens, row => row.Tokens + tokens)
                .SetProperty(row => row.CostNano, row => row.CostNano + cost), ct) == 1;
    }

    /// <summary>At the first call. Another worker may be first: its rows stay.</summary>
    private static async Task AddAsync(HarborDb db, Rollout rollout, string[] owners, CancellationToken ct)
    {
        foreach (var owner in owners)
        {
            if (await db.ModelBudgets.AnyAsync(row => row.Owner == owner, ct))
            {
                continue;
            }

            var text = owner == owners[0] ? rollout.Request
                : await db.Jobs.Where(job => job.Id == owner).Select(job => job.Config).SingleAsync(ct);
            db.ModelBudgets.Add(Of(owner, JsonNode.Parse(text)?["budget"] as JsonObject ?? []));
            await SaveAsync(db, ct);
        }
    }

    private static async Task SaveAsync(HarborDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException error) when (error.InnerException is DbException && !WorkLoop.IsAway(error))
        {
            // Another one was first.
        }

        db.ChangeTracker.Clear(); // The row is changed by statements from now on.
    }

    private static bool HasLimit(string config) => Of("", JsonNode.Parse(config)?["budget"] as JsonObject ?? [])
        is not { MaxCalls: null, MaxTokens: null, MaxCostNano: null };

    /// <summary>A job's config does not change.</summary>
    private async Task<bool> HasLimitAsync(HarborDb db, string job, CancellationToken ct)
    {
        if (_limited.TryGetValue(job, out var known))
        {
            return known;
        }

        var found = HasLimit(await db.Jobs.Where(row => row.Id == job).Select(row => row.Config).SingleAsync(ct));
        _limited[job] = found;
        return found;
    }

    private static ModelBudget Of(string owner, JsonObject limits) => new()
    {
        Owner = owner,
        MaxCalls = Number(limits["max_calls"]) is { } calls ? (long)calls : null,
        MaxTokens = Number(limits["max_tokens"]) is { } tokens ? (long)tokens : null,
        MaxCostNano = Number(limits["max_cost_usd"]) is { } usd ? (long)(usd * 1_000_000_000m) : null,
    };

    private static decimal? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;

    /// <returns>Null: it has so much left.</returns>
    private static string? Reason(ModelBudget budget, string of, long tokens, long? costNano) => budget switch
    {
        { MaxCalls: { } most } when budget.Calls >= most => $"max_calls of the {of} is {most}, and as many calls were made",
        { MaxTokens: { } most } when budget.Tokens + tokens > most =>
            $"max_tokens of the {of} is {most}; {budget.Tokens} are used or reserved, and this call may need {tokens}",
        { MaxCostNano: not null } when costNano is null =>
            $"the {of} has a max_cost_usd, and the price of this model is not in the server's providers.yaml",
        { MaxCostNano: { } most } when budget.CostNano + costNano > most =>
            $"max_cost_usd of the {of} would be exceeded by what this call may cost",
        _ => null,
    };
}
