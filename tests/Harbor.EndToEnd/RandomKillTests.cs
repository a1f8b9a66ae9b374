using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <summary>
/// The repository's own stack, killed with Compose at random moments; exact points are in <see cref="DeployCrashPointTests"/>.
/// </summary>
[Trait("Category", "Engine")]
public sealed partial class RandomKillTests
{
    [Fact]
    public Task The_quick_start_recovers_from_3_random_moments() => RecoversAsync(moments: 3);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task The_quick_start_recovers_from_30_random_moments() => RecoversAsync(moments: 30);

    internal static int Seed() => Environment.GetEnvironmentVariable("HARBOR_KILL_SEED") is { } given
        ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();

    /// <summary>At others each time, unless HARBOR_KILL_SEED says which; it is printed.</summary>
    private static async Task RecoversAsync(int moments)
    {
        var seed = Seed();
        var (random, log, durations) = (new Random(seed), TestContext.Current.TestOutputHelper!, new TimeSpan[2]);
        log.WriteLine($"HARBOR_KILL_SEED={seed}");
        await using var project = new TestProject();
        project.UseQuickStart();
        await project.ExpectAsync(0, "--target=Deploy"); // Builds the images.
        foreach (var kind in (int[])[0, 1])
        {
            await ChangeAsync(project, kind, $"undisturbed-{kind}"); // Others each time, or there is nothing to do.
            var watch = Stopwatch.StartNew();
            await project.ExpectAsync(0, "--target=Deploy");
            durations[kind] = watch.Elapsed;
        }

        for (var moment = 0; moment < moments; moment++)
        {
            var kind = random.Next(2);
            var delay = durations[kind] * random.NextDouble();
            var what = kind == 0 ? "a first Deploy" : "changed passwords";
            var said = $"HARBOR_KILL_SEED={seed}, moment {moment}: {what}, killed after {delay.TotalMilliseconds:0} ms";
            await ChangeAsync(project, kind, $"of-moment-{moment}");
            await KillAfterAsync(project, delay);
            log.WriteLine($"{said}; left: {await StatesAsync(project)}");

            var again = await project.HarborAsync("--target=Deploy");

            Assert.True(again.ExitCode == 0, $"{said}, then {again.ExitCode}\n{again.Output}\n{again.Error}");
            Assert.Equal(
                string.Join(", ", from service in (string[])["cache", "db", "web"] select $"{project.Name}-{service}-1 running healthy"),
                await StatesAsync(project));
            foreach (var service in (string[])["cache", "db"])
            {
                var secret =
                    await TestProject.DockerAsync("exec", $"{project.Name}-{service}-1", "cat", $"/run/secrets/{service}_password");
                Assert.Equal($"{service}-of-moment-{moment}", secret);
            }
        }
    }

    /// <param name="kind">0: nothing is deployed any more. 1: it goes on with other passwords.</param>
    private static async Task ChangeAsync(TestProject project, int kind, string password)
    {
        if (kind == 0)
        {
            await project.ExpectAsync(0, "--target=Destroy");
        }

        project.Write("etc/secrets.env", $"CACHE_PASSWORD=cache-{password}\nDB_PASSWORD=db-{password}\n",
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task KillAfterAsync(TestProject project, TimeSpan delay)
    {
        using var run = project.Start("--target=Deploy");
        await Task.Delay(delay);
        if (!run.HasExited)
        {
            await TestProject.SendAsync("-KILL", run);
            await project.KillComposeAsync();
        }

        await run.WaitForExitAsync();
    }

    private static async Task<string> StatesAsync(TestProject project)
    {
        var listed = await TestProject.DockerAsync(
            "ps", "--all", "--filter", $"label=com.docker.compose.project={project.Name}", "--format", "{{.Names}} {{.State}} {{.Status}}");
        return string.Join(
            ", ", listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Time().Replace(line, "")).Order());
    }

    /// <summary>Of <c>Up 3 seconds (healthy)</c> what changes by itself.</summary>
    [GeneratedRegex("(?<= )(Up|Exited|Restarting|Created)[^(]*|(?<=\\)) .*|(?<= )\\(health: |[()]")]
    private static partial Regex Time();
}
