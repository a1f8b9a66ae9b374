using System.Net;
using Harbor.Server.Database;
using Harbor.Server.Interceptor;
using Harbor.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Interceptor;

public abstract class BudgetTests(ModelServer server)
{
    private const string Chat = "chat/completions";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_at_once_never_exceed_the_budget_of_their_rollout()
    {
        using var client = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-1"}},"budget":{"max_calls":3}}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.SendAsync(Chat, ModelCalls.Body(Chat))));

        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.BadRequest);
        Assert.Contains("budget_exceeded: max_calls of the rollout is 3", await refused.Content.ReadAsStringAsync(Ct),
            StringComparison.Ordinal);
        await using var db = await server.OpenAsync();
        Assert.Equal(3, (await db.UsageAsync(client.Rollout.Id, Ct))!.Calls);
    }

    [Fact]
    public async Task Tokens_and_dollars_are_reserved_before_a_call_and_what_it_did_not_use_is_given_back()
    {
        using var tokens = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-1"}},"budget":{"max_tokens":1000}}""");
        var small = ModelCalls.Body("messages"); // It allows 100 tokens for the answer.
        await tokens.AskAsync("messages", small);
        Assert.Contains("max_tokens of the rollout is 1000",
            await tokens.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.BadRequest), StringComparison.Ordinal); // 4096, by default.

        var usage = (await tokens.TraceAsync())[0]!["usage"]!;
        await using var db = await server.OpenAsync();
        var budget = await db.ModelBudgets.SingleAsync(row => row.Owner == $"{tokens.Rollout.Id}", Ct);
        Assert.Equal(usage["input_tokens"]!.GetValue<long>() + usage["output_tokens"]!.GetValue<long>(), budget.Tokens);

        using var dollars = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-1"}},"budget":{"max_cost_usd":0.001}}""");
        await dollars.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.BadRequest);
        using var unknown = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-9"}},"budget":{"max_cost_usd":100}}""");
        Assert.Contains("the price of this model", await unknown.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_budget_calls_are_counted_when_they_have_ended()
    {
        using var client = await server.RolloutAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.AskAsync(Chat, ModelCalls.Body(Chat))));

        await using var db = await server.OpenAsync();
        var usage = (await db.UsageAsync(client.Rollout.Id, Ct))!;
        var counted = await db.ModelBudgets.SingleAsync(row => row.Owner == $"{client.Rollout.Id}", Ct);
        Assert.Equal((6L, usage.InputTokens + usage.OutputTokens), (counted.Calls, counted.Tokens));
    }

    [Theory]
    [InlineData(Chat, """ "max_tokens":9223372036854775807 """)]
    [InlineData(Chat, """ "max_tokens":1e300 """)]
    [InlineData(Chat, """ "max_tokens":5000.5 """)]
    [InlineData(Chat, """ "max_tokens":1,"max_completion_tokens":5000 """)]
    [InlineData(Chat, """ "max_tokens":100,"n":50 """)]
    [InlineData(Chat, """ "max_tokens":1000000000,"n":9223372036854775807 """)]
    [InlineData(Chat, """ "max_output_tokens":1 """)] // Of another wire: it limits nothing here.
    [InlineData("messages", """ "max_completion_tokens":1 """)]
    [InlineData("responses", """ "max_tokens":1 """)]
    public async Task A_limit_that_the_provider_reads_otherwise_reserves_no_less_than_it_may_use(string wire, string limit)
    {
        using var client = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-1"}},"budget":{"max_tokens":4000}}""");

        var refused = await client.AskAsync(wire, $$"""{"model":"fake-1",{{limit}}}""", HttpStatusCode.BadRequest);

        Assert.Contains("max_tokens of the rollout is 4000", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_of_a_job_holds_over_its_rollouts_and_over_workers()
    {
        var job = $"eval-{Guid.NewGuid():N}";
        var now = TimeProvider.System.GetUtcNow();
        await using (var db = await OpenAsync())
        {
            db.Jobs.Add(new EvalJob
            {
                Id = job,
                OrganisationId = Guid.NewGuid(),
                Config = """{"budget":{"max_calls":5}}""",
                TaskAppUrl = "",
                CreatedAt = now,
                DueAt = now,
                Status = JobStatus.Completed,
            });
            await db.SaveChangesAsync(Ct);
        }

        using var first = await server.RolloutAsync(job: job);
        using var second = await server.RolloutAsync(job: job);
        var databases = await server.ServiceAsync<Databases>();
        Budgets[] workers = [new(databases), new(databases)]; // They share the database and nothing else.

        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            workers[number % 2].ReserveAsync((number % 4 < 2 ? first : second).Rollout, 10, 7, Ct)));

        Assert.Equal(5, taken.Count(result => result.Taken is not null));
        Assert.All(taken.Where(result => result.Taken is null),
            result => Assert.Contains("max_calls of the job is 5", result.Reason, StringComparison.Ordinal));
        await using var after = await OpenAsync();
        var rows = await after.ModelBudgets.Where(row => row.Owner == $"{first.Rollout.Id}" || row.Owner == $"{second.Rollout.Id}")
            .ToListAsync(Ct);
        Assert.Equal(5, rows.Sum(row => row.Calls)); // What the job refused is not taken from a rollout either.
    }

    private Task<HarborDb> OpenAsync() => server.OpenAsync();
}

[Collection("Models on SQLite")]
public sealed class BudgetsOnSqlite(TestServers servers) : BudgetTests(servers.SqliteModels);

[Collection("Models on PostgreSQL")]
public sealed class BudgetsOnPostgreSql(TestServers servers) : BudgetTests(servers.PostgreSqlModels);
