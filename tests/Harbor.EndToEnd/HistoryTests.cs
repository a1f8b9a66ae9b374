using System.Text.Json;

namespace Harbor.EndToEnd;

public sealed class HistoryTests
{
    [Fact]
    public async Task Every_run_that_may_change_something_leaves_one_entry_whatever_became_of_it()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Prepare");
        await project.ExpectAsync(2, "--target=Deploy", "--profile=none");
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("no.sock")}";
        await project.ExpectAsync(1, "--target=Deploy");
        project.Replace("etc/harbor.yaml", "version: 1", "version: [");
        await project.ExpectAsync(2, "--target=Deploy");

        var table = (await project.ExpectAsync(0, "--target=History")).Output;
        var last = (await project.ExpectAsync(0, "--target=History", "--last=2")).Output;

        Assert.Equal(["succeeded", "invalid", "failed", "invalid"], Entries(project).Select(entry => Text(entry, "outcome")));
        Assert.Matches("""
            STARTED +TARGETS +OUTCOME +SECONDS +COMMIT +ID +REASON
            .+Deploy +invalid .+
            .+Deploy +failed .+
            .+Deploy +invalid .+
            .+Prepare +succeeded .+
            """, table);
        Assert.Equal(2, last.Split('\n').Count(line => line.Contains(" Deploy ", StringComparison.Ordinal)));
        Assert.Contains(
            "--last expects a number above 0, not 'none'.", (await project.ExpectAsync(2, "--target=History", "--last=none")).Error);
    }

    [Fact]
    public async Task The_start_of_a_run_is_told_in_the_users_time_zone()
    {
        await using var project = new TestProject();
        project.Environment["TZ"] = "Asia/Kathmandu";
        await project.ExpectAsync(0, "--target=Prepare");

        var table = (await project.ExpectAsync(0, "--target=History")).Output;

        var started = Assert.Single(Entries(project)).GetProperty("started").GetDateTimeOffset();
        Assert.Contains($"{started.ToOffset(new TimeSpan(5, 45, 0)):yyyy-MM-dd HH:mm:ss} +05:45", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_says_what_was_run_and_what_became_of_each_task()
    {
        await using var project = new TestProject();
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("no.sock")}";

        await project.ExpectAsync(1, "--target=Deploy", "--set", $"OTHER={TestProject.Secret}",
            "--set=LEVEL=hunter2", $"--set=PASSWORD=an0ther-{TestProject.Secret}");

        var entry = Assert.Single(Entries(project));
        Assert.Equal(1, entry.GetProperty("exitCode").GetInt32());
        Assert.Contains("--set=LEVEL=***", entry.GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()));
        var tasks = entry.GetProperty("tasks").EnumerateArray().ToDictionary(task => Text(task, "name"));
        Assert.Equal("Executed", Text(tasks["RenderTemplates"], "status"));
        Assert.Equal("Failed", Text(tasks["CheckDeployed"], "status"));
        Assert.Contains("no.sock", Text(tasks["CheckDeployed"], "error"));
        Assert.Equal("Blocked", Text(tasks["ComposeUp"], "status"));
        Assert.DoesNotContain(TestProject.Secret, entry.GetRawText());
        Assert.DoesNotContain("hunter2", entry.GetRawText());
    }

    private static List<JsonElement> Entries(TestProject project) =>
        [.. Directory.GetFiles(project.PathOf("var/history")).Order(StringComparer.Ordinal)
            .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement)];

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
