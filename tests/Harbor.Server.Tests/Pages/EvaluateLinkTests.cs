using System.Net;
using System.Text.RegularExpressions;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Commands;
using Harbor.Server.Tests.Processes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

[Trait("Category", "Engine")]
public sealed partial class EvaluateLinkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluate_prints_a_link_that_signs_in_once_and_shows_the_job_that_runs()
    {
        using var user = new HarborUser("http://127.0.0.1:9", key: null);
        var spec = user.WriteSpec("linked");
        await File.WriteAllTextAsync(
            spec, (await File.ReadAllTextAsync(spec, Ct)).Replace("echo seed", "sleep 300; echo seed", StringComparison.Ordinal), Ct);
        var data = Directory.CreateDirectory($"{user.Folder}.data").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        await using var child = new ChildProcess("dotnet",
            [ServerProcess.Program, "evaluate", "--spec", spec, "--seeds", "1", "--data", data], "Watch in a browser while this runs: ");
        try
        {
            var link = new Uri(Address().Match(await child.AnnouncedAsync(Ct)).Value);
            using var visitor = Visitor.Of(new Uri(link, "/"));
            using var late = Visitor.Of(new Uri(link, "/"));

            Assert.Contains("0;url=/jobs", await visitor.PageAsync(link.PathAndQuery), StringComparison.Ordinal);
            await late.PageAsync(link.PathAndQuery, HttpStatusCode.Forbidden);
            var end = TimeProvider.System.GetUtcNow().AddSeconds(120);
            while (!(await visitor.PageAsync("/rollouts")).Contains("class=\"state running\"", StringComparison.Ordinal))
            {
                Assert.True(TimeProvider.System.GetUtcNow() < end, child.Output);
                await Task.Delay(200, Ct);
            }

            Assert.Contains("running 0 of 1", Visitor.Text(await visitor.PageAsync("/jobs")), StringComparison.Ordinal);
            await ChildProcess.RunAsync("kill", "-INT", $"{child.Id}");
            Assert.Equal(130, await child.EndedAsync(Ct));
            Assert.DoesNotContain("hk_", child.Output, StringComparison.Ordinal);
        }
        finally
        {
            using var engine = new SandboxEngine(new SandboxSettings());
            await using var db = new Databases(DatabaseUrl.File(data)).Open();
            var installation = await db.Settings.SingleAsync(row => row.Name == Setting.ServerId, CancellationToken.None);
            await EngineLeftovers.RemoveAsync(engine, Guid.Parse(installation.Value));
        }
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Address();
}
