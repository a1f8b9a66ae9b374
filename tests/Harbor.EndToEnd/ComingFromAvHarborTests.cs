using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The table of docs/coming-from-av-harbor.md, typed row by row on real containers.</summary>
[Trait("Category", "Engine")]
public sealed partial class ComingFromAvHarborTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ComingFromAvHarborTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[webui]");
        _project.Write("etc/stacks/compose.webui.yml", """
            services:
              webui:
                build: { dockerfile_inline: "FROM debian:bookworm" }
                init: true
                command: ["sleep", "100000"]
                stop_grace_period: 0s
                volumes: ["./stacks/webui:/stack:ro"]
            """);
        _project.Write("etc/stacks/compose.ollama.yml", """
            services:
              ollama: { image: "debian:bookworm", init: true, command: [sleep, "100000"], stop_grace_period: 0s }
            """);
        _project.Listen("webui");
        _project.Write("stacks/webui/config.json", "{}");
        _project.Write("stacks/webui/service.env", "");
        _project.Write("etc/sys.env", "HARBOR_WEBUI_NAME=Harbor\nLEVEL=1\n");
        _project.Environment.Remove("DISPLAY");
        File.Copy(Path.Combine(Repository.Root, "tests/Harbor.EndToEnd/Doubles/cloudflared"), _project.PathOf("cloudflared"));
        _project.Environment["PATH"] = $"{_project.Root}:{_project.Environment["PATH"]}";
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Each_row_does_what_it_says()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "coming-from-av-harbor.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success).ToList();
        Assert.True(rows.Count > 50, $"The table has {rows.Count} rows.");

        foreach (var row in rows)
        {
            var (old, now, differs) = (row.Groups["old"].Value, row.Groups["new"].Value, row.Groups["differs"].Value);
            if (now.Length > 0)
            {
                await TypeAsync(0, now);
            }

            if (old != now && now != "up --no-defaults ollama")
            {
                var isRefused = now.Length == 0 || differs.Contains("says so", StringComparison.Ordinal);
                var result = await TypeAsync(isRefused ? 2 : 0, old);
                Assert.True(!isRefused || result.Error.Trim().Length > 20, $"{old}: {result.Error}");
            }
        }
    }

    private async Task<CommandResult> TypeAsync(int exitCode, string typed)
    {
        var result = await _project.Command([.. typed.Split(' ')]).TryRunAsync(CancellationToken.None);
        Assert.True(result.ExitCode == exitCode, $"{typed}: exit code {result.ExitCode}, not {exitCode}\n{result.Output}\n{result.Error}");
        return result;
    }

    [GeneratedRegex(@"^\| `harbor (?<old>[^`]+)` \| (`harbor (?<new>[^`]+)`)? ?\| (?<differs>.*)\|$")]
    private static partial Regex Row();
}
