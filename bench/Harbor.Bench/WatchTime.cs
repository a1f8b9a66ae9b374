using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Harbor.Bench;

/// <summary>
/// The quick start under Watch, from the moment that a template is saved: until the page has it, until a worker of nginx that has loaded
/// the new configuration answers, and until Harbor has said that it is done.
/// </summary>
internal static partial class WatchTime
{
    private const int Runs = 11;
    private const int Port = 18087;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        project.CopyQuickStart(Port);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lines = new Lines();
        var watch = (project.Harbor("--target=Watch") with { OnOutput = lines.Add }).TryRunAsync(stop.Token);
        try
        {
            await lines.SeesAsync("watching.", watch, ct);
            var page = await TimeAsync(
                "stacks/web/templates/html/index.html", PageWord(), "<h2>nginx now</h2>", word => $"<h2>{word}</h2>");
            var configuration = await TimeAsync("stacks/web/templates/nginx.conf", HeaderWord(), "{{SITE_NAME}}", word => word);
            Report.Single("Watch, quick start: page template saved, new page served", page.Live, "1000 ms");
            Report.Single("Watch, quick start: nginx template saved, answered by a worker that loaded it", configuration.Live, "1000 ms");
            Report.Single("Watch, quick start: nginx template saved, deployed and healthy", configuration.Done);
        }
        finally
        {
            await stop.CancelAsync();
            await watch.ContinueWith(_ => { }, TaskScheduler.Default);
            await project.Harbor("--target=Destroy", "--volumes").TryRunAsync(CancellationToken.None);
        }

        async Task<(double Live, double Done)> TimeAsync(string template, Regex seen, string old, Func<string, string> with)
        {
            var (live, done) = (new double[Runs], new double[Runs]);
            for (var run = -1; run < Runs; run++) // The first one does not count.
            {
                await Task.Delay(500, ct);
                var word = $"run {Stopwatch.GetTimestamp()}";
                lines.Forget();
                var started = Stopwatch.GetTimestamp();
                var text = await File.ReadAllTextAsync(project.PathOf(template), ct);
                project.Write(template, text.Replace(old, with(word), StringComparison.Ordinal));
                old = with(word);
                while (seen.Match(await GetAsync(ct)).Groups[1].Value != word)
                {
                    await Task.Delay(2, ct);
                }

                var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                await lines.SeesAsync("watching.", watch, ct);
                if (run >= 0)
                {
                    (live[run], done[run]) = (first, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            return (Report.Median(live), Report.Median(done));
        }
    }

    /// <summary>Headers and page. On a connection of its own: a kept one belongs to the worker that took it.</summary>
    private static async Task<string> GetAsync(CancellationToken ct)
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync($"http://127.0.0.1:{Port}/", ct);
            return $"{answer.Headers}\n{await answer.Content.ReadAsStringAsync(ct)}";
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    [GeneratedRegex("<h2>(run [0-9]+)</h2>")]
    private static partial Regex PageWord();

    [GeneratedRegex("X-Harbor-Site: (run [0-9]+)")]
    private static partial Regex HeaderWord();

    private sealed class Lines
    {
        private readonly List<string> _lines = [];

        public void Add(string line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }

        public void Forget()
        {
            lock (_lines)
            {
                _lines.Clear();
            }
        }

        public async Task SeesAsync(string text, Task running, CancellationToken ct)
        {
            for (var started = Stopwatch.GetTimestamp(); !Has(text); await Task.Delay(5, ct))
            {
                if (running.IsCompleted || Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw new InvalidOperationException($"Watch did not say '{text}':\n{string.Join('\n', _lines)}");
                }
            }
        }

        private bool Has(string text)
        {
            lock (_lines)
            {
                return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
            }
        }
    }
}
