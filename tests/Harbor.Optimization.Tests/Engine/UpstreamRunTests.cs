using Harbor.Optimization.Doubles;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Engine;

public sealed class UpstreamRunTests
{
    public static TheoryData<string> Names => [.. Data.RunNames];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_has_the_prompts_events_and_calls_of_upstream(string name)
    {
        var expected = Data.Run(name);
        var run = ReplayRun.Parse(Data.RunFile(name));
        var recording = new Recording(run.Problem);

        await GepaEngine.RunAsync(run.Options, recording, recording, [recording], TestContext.Current.CancellationToken);

        var hashes = expected.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetString()!).ToArray();
        var first = Array.FindIndex(
            hashes.Zip(recording.Prompts).ToArray(), pair => pair.First != HashProblem.Hex(pair.Second) && pair.First != pair.Second);
        Json.Equal(expected.GetProperty("events"), recording.AllEvents, "events");
        Assert.True(first < 0, $"Prompt {first} differs: {(first < 0 ? "" : recording.Prompts[first])}");
        Assert.Equal(hashes.Length, recording.Prompts.Count);
        Json.Equal(expected.GetProperty("adapter_calls"), recording.AllCalls, "calls");
    }
}
