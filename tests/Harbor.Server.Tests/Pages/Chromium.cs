using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Pages;

/// <summary>Debian's Chromium without a window, told what to do by its DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";
    private const string Announcement = "DevTools listening on ";
    private readonly ChildProcess _process;
    private readonly string _folder;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private string _session = "";
    private int _last;

    private Chromium(ChildProcess process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>What the browser wrote into its console: refused content, errors of scripts.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where there is no Chromium; CI installs it, so that there it is an error.</summary>
    public static async Task<Chromium> StartAsync()
    {
        if (!File.Exists(Program))
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("HARBOR_CI") is null, $"There is no {Program}: apt-get install chromium");
            Assert.Fail($"There is no {Program}, and HARBOR_CI is set.");
        }

        var folder = Directory.CreateTempSubdirectory("harbor-chromium-").FullName;
        var process = new ChildProcess(Program,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--remote-debugging-port=0", $"--user-data-dir={folder}", "--window-size=1200,800", "about:blank",
            ], Announcement);
        var browser = new Chromium(process, folder);
        var line = await process.AnnouncedAsync(Ct);
        var from = line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length;
        await browser._socket.ConnectAsync(new Uri(line[from..].Trim()), Ct);
        var target = await browser.AskAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await browser.AskAsync(
            "Target.attachToTarget", new() { ["targetId"] = target!["targetId"]!.DeepClone(), ["flatten"] = true });
        browser._session = $"{attached!["sessionId"]}";
        foreach (var domain in new[] { "Page", "Runtime", "Log" })
        {
            await browser.AskAsync($"{domain}.enable");
        }

        return browser;
    }

    public Task OpenAsync(Uri url) => AskAsync("Page.navigate", new() { ["url"] = $"{url}" });

    /// <returns>What the expression gives, as text; nothing while another page comes.</returns>
    public async Task<string> EvaluateAsync(string script)
    {
        var answer = await AskAsync("Runtime.evaluate", new() { ["expression"] = $"String({script})", ["returnByValue"] = true });
        return $"{answer?["result"]?["value"]}";
    }

    /// <summary>Asks until the expression is true: pages load, and the live ones change by themselves.</summary>
    public async Task UntilAsync(string script)
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(60);
        while (await EvaluateAsync($"Boolean({script})") != "true")
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end,
                $"{script} is not so at {await EvaluateAsync("location.href")}: {await EvaluateAsync("document.body.innerText")}");
            await Task.Delay(100, Ct);
        }
    }

    public async Task PressAsync(string key, int code)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            await AskAsync("Input.dispatchKeyEvent", new()
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = key,
                ["windowsVirtualKeyCode"] = code,
                ["text"] = key == "Enter" ? "\r" : "",
            });
        }
    }

    public Task ColourAsync(string scheme) => AskAsync("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
    });

    public Task SizeAsync(int width, int height) => AskAsync("Emulation.setDeviceMetricsOverride",
        new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });

    public Task DisableScriptsAsync() => AskAsync("Emulation.setScriptExecutionDisabled", new() { ["value"] = true });

    public async Task<byte[]> PictureAsync()
    {
        var answer = await AskAsync("Page.captureScreenshot", new() { ["format"] = "png", ["optimizeForSpeed"] = false });
        return Convert.FromBase64String($"{answer!["data"]}");
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonNode?> AskAsync(string method, JsonObject? parameters = null)
    {
        var id = ++_last;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (_session.Length > 0)
        {
            request["sessionId"] = _session;
        }

        await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, Ct);
        while (true)
        {
            var message = await ReadAsync();
            if ((int?)message["id"] == id)
            {
                return message["result"];
            }

            if ($"{message["method"]}" is "Log.entryAdded" or "Runtime.exceptionThrown" or "Page.javascriptDialogOpening")
            {
                _complaints.Add(message["params"]!.ToJsonString());
            }
        }
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult read;
        do
        {
            read = await _socket.ReceiveAsync(buffer, Ct);
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }
}
