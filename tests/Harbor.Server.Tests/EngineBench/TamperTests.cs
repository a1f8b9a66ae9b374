using System.Globalization;
using System.Text.RegularExpressions;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>
/// Agents that want a reward which they have not earned; each is a script in <c>tamper</c> that says what it gets. Most begin with the
/// solution that breaks one of five tests, 0.86.
/// </summary>
[Trait("Category", "Engine")]
public sealed partial class TamperTests(TestServers servers)
{
    private static readonly string Folder =
        Path.Combine(EngineBenchFolder.Repository, "tests", "Harbor.Server.Tests", "EngineBench", "tamper");

    public static TheoryData<string> All { get; } =
        [.. Directory.GetFiles(Folder, "*.sh").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("background_process")]
    [InlineData("build_script")]
    [InlineData("reward_written")]
    public Task Tampering_does_not_pay(string script) => RunAsync(script);

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Exhaustive", "true")]
    public Task No_tampering_pays(string script) => RunAsync(script);

    private async Task RunAsync(string script)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, $"{script}.sh"), TestContext.Current.CancellationToken);
        var expected = double.Parse(Expects().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        var deployment = await servers.EngineBench.TamperAsync();

        var answer = await servers.EngineBench.RunAsync(deployment, "tamper", task: "last_stand",
            change: body => body["policy"]!["config"]!["script"] = text);

        Assert.Equal(expected, EngineBenchImages.Reward(answer));
        Assert.Equal("", answer["reward_info"]!["details"]!.Text("agent_stdout"));
    }

    [GeneratedRegex(@"^# Expects ([0-9.]+): ")]
    private static partial Regex Expects();
}
