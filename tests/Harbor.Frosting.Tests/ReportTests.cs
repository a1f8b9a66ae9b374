using Cake.Core;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class ReportTests
{
    [Fact]
    public void The_table_is_compact_and_ends_with_the_critical_path()
    {
        TaskResult[] tasks =
        [
            new("Source", TaskOutcome.Executed, TimeSpan.FromSeconds(0.5)),
            new("Stage", TaskOutcome.Delegated, TimeSpan.Zero),
            new("Hook:pre_deploy:notify", TaskOutcome.Failed, TimeSpan.FromSeconds(75), "exit code 1"),
            new("Deploy", TaskOutcome.Blocked, TimeSpan.Zero, "'Hook:pre_deploy:notify' failed"),
        ];

        var text = ReportTable.Format(
            new RunReport(1, ["Deploy"], TimeSpan.FromSeconds(76), tasks, [tasks[0], tasks[2]], null), ansi: false);

        Assert.Equal("""

            Task                    Status          Duration
            ------------------------------------------------
            Source                  Executed          0.50 s
            Hook:pre_deploy:notify  Failed          1:15 min  exit code 1
            Deploy                  Skipped                   'Hook:pre_deploy:notify' failed
            ------------------------------------------------
            Total                                   1:16 min
            Critical path: Source -> Hook:pre_deploy:notify (1:15 min)

            """, text);
    }

    [Fact]
    public async Task The_critical_path_is_the_longest_chain()
    {
        var engine = Doubles.Cake.Engine(4);
        engine.Add("quick").Does(() => Thread.Sleep(1));
        engine.Add("slow").Does(() => Thread.Sleep(60));
        engine.Add("aggregate", "quick", "slow");
        engine.Add("target", "aggregate").Does(() => Thread.Sleep(1));

        await engine.RunAsync("target");

        Assert.Equal(["slow", "target"], CriticalPath.Find(engine.Results).Select(task => task.Name));
    }
}
