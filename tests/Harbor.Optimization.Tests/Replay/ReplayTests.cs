using System.Text.Json;
using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Replay;

public sealed class ReplayTests
{
    private static readonly string[] Parts = ["prompts", "events", "adapter_calls", "final"];

    public static TheoryData<string> Names => [.. Data.RunNames];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_replay_gives_all_four_parts_of_upstreams_run(string name)
    {
        using var store = new MemoryJournal();
        var (isFinished, output) = await PlayAsync(name, store, null);

        Assert.True(isFinished);
        Equal(name, output);
    }

    [Theory]
    [InlineData("000", 1)]
    [InlineData("101", 1)]
    [InlineData("103", 4)]
    [InlineData("105", 2)]
    [InlineData("109", 3)]
    [InlineData("117", 1)]
    public async Task A_run_in_steps_ends_as_one_that_never_stopped(string name, int step)
    {
        using var store = new MemoryJournal();
        var calls = 0;
        while (true)
        {
            var (isFinished, output) = await PlayAsync(name, store, step);
            Assert.True(calls++ < 500);
            Assert.Equal(isFinished, output.GetProperty("events").EnumerateArray()
                .Any(happened => happened[0].ValueEquals("optimization_end")));
            if (isFinished)
            {
                Equal(name, output);
                return;
            }
        }
    }

    [Fact]
    public async Task A_finished_run_is_given_out_again_unchanged()
    {
        using var store = new MemoryJournal();
        await PlayAsync("027", store, null);
        var length = store.Length;
        var (isFinished, output) = await PlayAsync("027", store, null);

        Assert.True(isFinished);
        Assert.Equal(length, store.Length);
        Equal("027", output);
    }

    [Fact]
    public async Task Another_seed_or_option_on_resume_is_refused_with_what_differs()
    {
        using var store = new MemoryJournal();
        await PlayAsync("000", store, 2);
        var other = ReplayRun.Parse(Data.RunFile("000"));
        other = other with { Options = other.Options with { Seed = 5, MinibatchSize = 4, MaxMetricCalls = 100 } };

        var error = await Assert.ThrowsAsync<JournalException>(() => GepaReplay.RunAsync(other, store, null, Stream.Null, Ct));

        Assert.Equal(3, error.Differences.Count);
        Assert.Contains("seed: '0' is kept, '5' is asked for", error.Message, StringComparison.Ordinal);
        Assert.Contains("minibatch size: '3' is kept, '4' is asked for", error.Message, StringComparison.Ordinal);
        Assert.Contains("only a higher limit is allowed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """
        {"config": {"components": 1, "n_train": 0, "salt": "s", "opt": {"max_metric_calls": "x", "frobnicate": 1}},
         "seed_candidate": {"sys": 1}}
        """,
        "config.n_train: a whole number of at least 1 is expected, not 0",
        "config.opt.max_metric_calls: a number is expected, not \"x\"",
        "config.opt.frobnicate is not known",
        "seed_candidate.sys: a text is expected, not 1")]
    [InlineData("[1]", "an object is expected")]
    [InlineData("{", "Not JSON")]
    [InlineData(
        """
        {"config": {"components": 2, "n_train": 1, "salt": "s", "seed": 1.5, "sampling": "same0",
                    "opt": {"max_metric_calls": 9, "frontier_type": "objective"}},
         "seed_candidate": {"sys": "a"}}
        """,
        "seed_candidate has 1 components, config.components says 2",
        "config.seed: a whole number is expected",
        "config.sampling: 'same0' is not known",
        "config.opt.frontier_type: 'objective' needs config.objectives to be true")]
    public void Wrong_input_is_refused_with_all_that_is_wrong(string text, params string[] expected)
    {
        var error = Assert.Throws<ReplayInputException>(() => ReplayRun.Parse(System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    internal static async Task<(bool IsFinished, JsonElement Output)> PlayAsync(string name, IJournalStore store, int? maxIterations)
    {
        using var output = new MemoryStream();
        var isFinished = await GepaReplay.RunAsync(ReplayRun.Parse(Data.RunFile(name)), store, maxIterations, output, Ct);
        var json = JsonDocument.Parse(output.ToArray()).RootElement;
        Assert.Equal(isFinished, json.GetProperty("finished").GetBoolean());
        return (isFinished, json);
    }

    internal static void Equal(string name, JsonElement output)
    {
        foreach (var part in Parts)
        {
            var expected = Data.Run(name).GetProperty(part);
            Json.Equal(part == "prompts" ? Hashed(expected) : expected, output.GetProperty(part), part);
        }
    }

    // The first prompt of run 000 is given in full.
    private static JsonElement Hashed(JsonElement prompts) => JsonSerializer.SerializeToElement(
        prompts.EnumerateArray().Select(prompt => prompt.GetString()!).Select(text => text.Length == 64 ? text : HashProblem.Hex(text)));
}
