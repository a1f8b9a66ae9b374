using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Harbor.Server.Tests.Jobs;

namespace Harbor.Server.Tests.Commands;

/// <summary>The optimiser by its commands, on a task app over HTTP and a model's endpoint.</summary>
public sealed class GepaCommandTests : IAsyncLifetime
{
    private readonly RuleTaskApp _app = new();
    private readonly HarborUser _user = new("http://127.0.0.1:9", key: null);
    private FakeEndpoint _endpoint = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Run => Path.Combine(_user.Folder, "run");

    private string Config => Path.Combine(_user.Folder, "job.toml");

    public async ValueTask InitializeAsync()
    {
        _endpoint = await FakeEndpoint.StartAsync(RuleTaskApp.Script, "http://127.0.0.1:0", Ct);
        await _app.StartAsync(Ct);
        _user.Environment["OPENAI_API_KEY"] = "sk-test-0123456789";
        _user.Environment["OPENAI_BASE_URL"] = $"{_endpoint.Url}/v1";
        _user.Environment["ENVIRONMENT_API_KEY"] = "app-key";
        await File.WriteAllTextAsync(Config, _app.Toml, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        await _app.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_made_shown_played_with_other_rules_and_branched()
    {
        await using var run = await _user.EndedAsync("gepa", "run", "--config", Config, "--folder", Run);
        Assert.Equal(0, await run.EndedAsync(Ct));
        Assert.Contains("baseline 0.5000, best 1.0000", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("iteration 0: baseline 0.5000 on 3 seeds", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-test-0123456789", run.Output, StringComparison.Ordinal);
        var paid = _app.Rollouts;

        var shown = await _user.ExpectAsync(0, "gepa", "show", Run);
        Assert.Equal(run.StandardOutput, shown);
        Assert.Contains("ended by: score of 1.0", shown, StringComparison.Ordinal);
        var story = JsonNode.Parse(await _user.ExpectAsync(0, "gepa", "show", Run, "--json"))!;
        var best = (int)story["best_candidate"]!;
        Assert.Equal((0.5, 1.0), ((double)story["baseline_reward"]!, (double)story["best_reward"]!));
        Assert.Equal(["0", "1", "2"], story["seeds"]!.AsArray().Select(seed => (string)seed!));
        var one = await _user.ExpectAsync(0, "gepa", "show", Run, "--candidate", $"{best}", "--against", "seed");
        Assert.Contains($"+Mind this: {RuleTaskApp.Rule(0)}.", one, StringComparison.Ordinal);
        await using var wrong = await WrongAsync("gepa", "show", Run, "--candidate", "99");
        Assert.Contains("There is no candidate 99", wrong.Output, StringComparison.Ordinal);

        // The same rules need nothing new; others go as far as the journal.
        var same = await _user.ExpectAsync(0, "gepa", "what-if", Run);
        Assert.Contains("The journal had all that this needed.", same, StringComparison.Ordinal);
        var other = await _user.ExpectAsync(
            0, "gepa", "what-if", Run, "--acceptance", "improvement_or_equal", "--selector", "current_best");
        Assert.Contains("baseline 0.5000", other, StringComparison.Ordinal);
        Assert.Equal(paid, _app.Rollouts);

        // A branch begins where another run has been; the same command again finds it ended.
        var branch = Path.Combine(_user.Folder, "branch");
        string[] words = ["gepa", "run", "--branch-of", Run, "--candidate", "1", "--folder", branch];
        var branched = await _user.ExpectAsync(0, words);
        Assert.Equal(branched, await _user.ExpectAsync(0, "gepa", "run", "--folder", branch));
        var begun = JsonNode.Parse(await _user.ExpectAsync(0, "gepa", "show", branch, "--json"))!;
        Assert.Equal($"{story["candidates"]![1]!["texts"]!["0.system"]}", $"{begun["candidates"]![0]!["texts"]!["0.system"]}");
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_paid()
    {
        await File.WriteAllTextAsync(Config, _app.Toml.Replace("budget", "budgt", StringComparison.Ordinal), Ct);
        Assert.Contains("budget", (await WrongAsync("gepa", "run", "--config", Config, "--folder", Run)).Output, StringComparison.Ordinal);
        Assert.Contains("There is no run in", (await WrongAsync("gepa", "show", Run)).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Config, _app.Toml, Ct);
        _user.Environment["OPENAI_API_KEY"] = "";
        Assert.Contains("OPENAI_API_KEY is not set", (await WrongAsync("gepa", "run", "--config", Config, "--folder", Run)).Output,
            StringComparison.Ordinal);
        Assert.Equal(0, _app.Rollouts);
    }

    private async Task<ChildProcess> WrongAsync(params string[] words)
    {
        var child = await _user.EndedAsync(words);
        Assert.Equal(2, await child.EndedAsync(Ct));
        return child;
    }
}
