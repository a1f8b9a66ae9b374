using System.Text.Json;

namespace Harbor.Optimization.Replay;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gepa").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task It_runs_in_steps_and_writes_the_whole_run_so_far()
    {
        await File.WriteAllBytesAsync(PathOf("run"), Data.RunFile("000"), Ct);
        var steps = 0;
        JsonElement output;
        do
        {
            var (code, error) = await RunAsync(
                $"--problem=hash --run={PathOf("run")} --output {PathOf("out")} --state {PathOf("state")} --max-iterations 5");
            Assert.Equal((0, ""), (code, error));
            output = JsonDocument.Parse(await File.ReadAllBytesAsync(PathOf("out"), Ct)).RootElement;
            steps++;
        }
        while (!output.GetProperty("finished").GetBoolean());

        Assert.Equal(3, steps);
        ReplayTests.Equal("000", output);
    }

    [Theory]
    [InlineData("", "--problem is missing.", "--run is missing.", "--output is missing.")]
    [InlineData("--problem sudoku --run r --output o --max-iterations -1 --frob 3", "'sudoku' is not known", "'-1'",
        "'--frob' is not known")]
    [InlineData("--problem hash --run r --output o --max-iterations 3", "--max-iterations needs --state")]
    [InlineData("--problem hash --run nowhere.json --output o", "nowhere.json")]
    [InlineData("--problem hash --run r --run r --output", "--run is given twice", "--output needs a value")]
    public async Task Wrong_arguments_are_told_all_at_once(string line, params string[] expected)
    {
        var (code, error) = await RunAsync(line);

        Assert.Equal(2, code);
        Assert.All(expected, part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Error)> RunAsync(string line)
    {
        using var error = new StringWriter();
        var code = await ReplayCommand.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), error, Ct);
        return (code, error.ToString());
    }

    private string PathOf(string name) => Path.Combine(directory, name);
}
