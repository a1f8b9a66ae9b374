using Harbor.Masking;
using Harbor.Runs;

namespace Harbor.Tests.Journal;

public sealed class RunHistoryTests : IDisposable
{
    private readonly Project _project = new();
    private readonly Redaction _redaction = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void An_entry_is_read_as_it_was_written()
    {
        var entry = Entry("20260131T235959123Z-4f2a91") with { Commit = new string('a', 40), ExitCode = 130 };

        RunHistory.Append(_project.Paths, entry, _redaction);

        Assert.Equivalent(entry, Assert.Single(RunHistory.Read(_project.Paths, 10)), strict: true);
        Assert.Contains("\"outcome\": \"cancelled\"", Text(entry));
    }

    [Fact]
    public void Nothing_secret_reaches_the_file()
    {
        _redaction.Add("s3cr\"et-value");
        var entry = Entry("20260131T235959123Z-4f2a91") with
        {
            Arguments = ["--target=Deploy", "--set", "A=first", "--SET=B=second=x", "--note=s3cr\"et-value", "--set=C"],
            Tasks = [new TaskEntry("ComposeUp", "failed", 1, "refused: {\"p\":\"s3cr\\\"et-value\"} (s3cr\"et-value)")],
        };

        RunHistory.Append(_project.Paths, entry, _redaction);

        var read = RunHistory.Read(_project.Paths, 1).Single();
        Assert.Equal(["--target=Deploy", "--set", "A=***", "--SET=B=***", "--note=***", "--set=C=***"], read.Arguments);
        Assert.Equal("refused: {\"p\":\"***\"} (***)", read.Tasks[0].Error);
    }

    [Fact]
    public void The_last_ones_come_first_and_foreign_or_half_written_files_are_passed_over()
    {
        for (var i = 1; i <= 5; i++)
        {
            RunHistory.Append(_project.Paths, Entry($"2026013{i}T000000000Z-aaaaaa"), _redaction);
        }

        File.WriteAllText(Path.Combine(_project.Paths.History, "20260135T000000000Z-aaaaaa.json"), "{ \"id\": \"2026");
        File.WriteAllText(Path.Combine(_project.Paths.History, "20260134T000000000Z-aaaaaa.json"), "{ \"id\": \"x\" }");
        File.WriteAllText(Path.Combine(_project.Paths.History, "zzz.json"), "[]");

        Assert.Equal(
            ["20260133T000000000Z-aaaaaa", "20260132T000000000Z-aaaaaa"], RunHistory.Read(_project.Paths, 2).Select(entry => entry.Id));
    }

    [Fact]
    public void Five_hundred_are_kept_and_what_is_not_ours_is_not_removed()
    {
        Directory.CreateDirectory(_project.Paths.History);
        File.WriteAllText(Path.Combine(_project.Paths.History, "notes.json"), "mine");
        for (var i = 0; i < 503; i++)
        {
            RunHistory.Append(_project.Paths, Entry($"20260131T000000{i:000}Z-aaaaaa"), _redaction);
        }

        Assert.Equal(501, Directory.GetFiles(_project.Paths.History).Length);
        Assert.False(File.Exists(Path.Combine(_project.Paths.History, "20260131T000000002Z-aaaaaa.json")));
        Assert.True(File.Exists(Path.Combine(_project.Paths.History, "notes.json")));
    }

    [Fact]
    public void A_project_without_history_has_an_empty_one() => Assert.Empty(RunHistory.Read(_project.Paths, 10));

    [Fact]
    public void Ids_sort_by_time_and_two_of_the_same_moment_differ()
    {
        var (first, second) = (RunId.New(new At(2026, 9)), RunId.New(new At(2026, 10)));

        Assert.True(string.CompareOrdinal(first, second) < 0);
        Assert.NotEqual(first, RunId.New(new At(2026, 9)));
        Assert.Matches(@"^20260901T000000000Z-[0-9a-f]{6}$", first);
    }

    private static RunEntry Entry(string id) =>
        new(id, ["Deploy"], ["--target=Deploy"], null, DateTimeOffset.UnixEpoch, 1.5, 0, [new TaskEntry("Source", "succeeded", 0.25)]);

    private string Text(RunEntry entry) => File.ReadAllText(Path.Combine(_project.Paths.History, $"{entry.Id}.json"));

    private sealed class At(int year, int month) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(year, month, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
