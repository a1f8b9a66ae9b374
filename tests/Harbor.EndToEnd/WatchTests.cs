using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Harbor.Processes;
using Harbor.Runs;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class WatchTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly TestProject _project = new();
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private Process? _run;

    [Fact]
    public async Task A_change_is_deployed_an_error_is_survived_and_Ctrl_C_ends_it()
    {
        await WatchAsync();
        var before = await _project.ContainersAsync();
        Assert.Contains("web", before.Keys);

        // A value: what is rendered from it reaches the container, and only that service is touched.
        var clock = Stopwatch.StartNew();
        _project.Write("etc/sys.env", "GREETING=changed\nLEVEL=1\n");
        await TestProject.EventuallyAsync(() => Task.FromResult(_project.Read("var/run/web/config/web.conf") == "greeting changed\n"));
        output.WriteLine($"rendered after {clock.ElapsedMilliseconds} ms");
        await SaysAsync("deployed in");
        output.WriteLine($"deployed after {clock.ElapsedMilliseconds} ms");
        Assert.Equal(["web"], await _project.RecreatedAsync(before));

        // An error does not end it.
        var descriptor = _project.Read("etc/harbor.yaml");
        _project.Write("etc/harbor.yaml", descriptor.Replace("profiles:", "profilse:", StringComparison.Ordinal));
        await SaysAsync("not deployed (exit code 2)");
        Assert.Contains(_errors, line => line.Contains("etc/harbor.yaml:3:1: Unknown key 'profilse'", StringComparison.Ordinal));

        // A folder that the mended descriptor names is watched from then on.
        _project.Write("etc/harbor.yaml", descriptor.Replace("source: {", "prepare: { env: { sources: [{ type: sys }, { type: dotenv, " +
            "file: more/own.env, optional: true }, { type: secrets, optional: true }] } }\nsource: {", StringComparison.Ordinal));
        await SaysAsync("deployed in");
        _project.Write("more/own.env", "GREETING=own\n");
        await SaysAsync("deployed in");
        await SaysAsync("watching.");
        Assert.Equal("greeting own\n", _project.Read("var/run/web/config/web.conf"));
        _project.Write("more/own.env", "GREETING=again\n");
        await SaysAsync("deployed in");
        Assert.Equal("greeting again\n", _project.Read("var/run/web/config/web.conf"));

        await SaysAsync("watching.");
        await TestProject.SendAsync("-INT", _run!);
        await _run!.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(130, _run.ExitCode);
        Assert.Equal(3, (await _project.ContainersAsync()).Count);
    }

    [Fact]
    public async Task An_editors_temporary_file_is_not_named()
    {
        await WatchAsync();

        _project.Write("stacks/web/templates/sedGVssRg", "new\n"); // As sed -i does it.
        File.Move(_project.PathOf("stacks/web/templates/sedGVssRg"), _project.PathOf("stacks/web/templates/web.conf"), overwrite: true);
        await SaysAsync("changed: stacks/web/templates/web.conf");

        Assert.DoesNotContain(_lines, line => line.Contains("sedGVssRg"));
    }

    [Fact]
    public async Task What_will_be_done_is_said_before_it_is_done()
    {
        _project.Replace("etc/stacks/compose.web.yml", "init: true",
            "init: true\n    labels: { harbor.reload: \"sleep 3; cp /config/web.conf /tmp/loaded\" }");
        await WatchAsync();

        _project.Write("stacks/web/templates/web.conf", "new\n");
        await SaysAsync("changed: stacks/web/templates/web.conf");
        await SaysAsync("changed var/run/web/config/web.conf");
        await SaysAsync($"  reload    {_project.Name}-web-1: mounted var/run/web/config/web.conf changed");
        Assert.NotEqual("new\n", await LoadedAsync());
        await SaysAsync("deployed in");
        Assert.Equal("new\n", await LoadedAsync());

        Task<string> LoadedAsync() =>
            TestProject.DockerAsync("exec", $"{_project.Name}-web-1", "sh", "-c", "cat /tmp/loaded 2>/dev/null || true");
    }

    [Theory]
    [InlineData("./app", "app")]
    [InlineData(".", "src")]
    public async Task A_build_s_context_is_watched_wherever_it_is(string context, string folder)
    {
        _project.Write($"{folder}/deep/file", "1");
        _project.Write($"{context}/Dockerfile", $"FROM debian:bookworm\nCOPY {(context == "." ? "src/deep" : "deep")}/file /file\n");
        _project.Replace("etc/stacks/compose.web.yml", "image: debian:bookworm", $"build: {context}\n    image: {_project.Name}:built");
        await WatchAsync();

        _project.Write($"{folder}/deep/file", "2");
        await SaysAsync($"changed: {folder}/deep/file");
        await SaysAsync("  build     web");
        await SaysAsync("deployed in");

        Assert.Equal("2", await TestProject.DockerAsync("exec", $"{_project.Name}-web-1", "cat", "/file"));
        await TestProject.DockerAsync("rmi", "--force", $"{_project.Name}:built");
    }

    [Theory]
    [InlineData("cp -r etc b; rm -rf etc; cp -r b etc")]
    [InlineData("mv etc x; sleep 3; mv x etc")]
    [InlineData("cp -r stacks b; rm -rf stacks; cp -r b stacks")]
    public async Task A_folder_that_was_removed_and_made_again_is_still_watched(string commands)
    {
        await WatchAsync();
        await new Command(TestScope.New(), "sh", "-c", commands) { WorkingDirectory = _project.Root }.RunAsync(
            TestContext.Current.CancellationToken);
        await SaysAsync("changed: ");
        await TestProject.EventuallyAsync(
            () => Task.FromResult(_lines.Any(line => line.Contains(" deployed in", StringComparison.Ordinal))));
        await Task.Delay(1000, TestContext.Current.CancellationToken); // Until all of it is deployed.

        _project.Write("etc/sys.env", "GREETING=once\nLEVEL=1\n");
        await TestProject.EventuallyAsync(() => Task.FromResult(_project.Read("var/run/web/config/web.conf") == "greeting once\n"));
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        _project.Write("stacks/web/templates/web.conf", "greeting {{GREETING}} more\n");
        await TestProject.EventuallyAsync(() => Task.FromResult(_project.Read("var/run/web/config/web.conf") == "greeting once more\n"));
    }

    [Fact]
    public async Task What_changes_while_another_run_is_at_work_is_deployed_after_it()
    {
        await WatchAsync();
        using (await RunLock.AcquireAsync(
            TestScope.New(), new(_project.Root), "Deploy", wait: null, _ => { }, TestContext.Current.CancellationToken))
        {
            _project.Write("etc/sys.env", "GREETING=later\nLEVEL=1\n");
            await SaysAsync("Waiting up to 1 h 0 min for it");
        }

        await SaysAsync("deployed in");
        Assert.Equal("greeting later\n", _project.Read("var/run/web/config/web.conf"));
    }

    [Fact]
    public async Task A_hook_that_writes_the_same_text_every_time_comes_to_rest_and_what_failed_is_tried_again_whatever_is_saved()
    {
        _project.Environment["XDG_DATA_HOME"] = _project.PathOf("var/data");
        _project.Write("etc/harbor.yaml", _project.Read("etc/harbor.yaml") + """

            hooks:
              pre_source: [{ type: shell, host: true, run: "echo MOOD=good >etc/site.env; test ! -e var/fail" }]
            """);
        await _project.ExpectAsync(0, "--target=Allow");
        await WatchAsync();
        await RestsAsync(deploys: 2); // Of the file that is new, and once more.

        _project.Write("stacks/web/templates/web.conf", "{{GREETING}} {{MOOD}}\n");
        await SaysAsync("deployed in");
        Assert.Equal("hello good\n", _project.Read("var/run/web/config/web.conf"));
        await RestsAsync(deploys: 1);

        _project.Write("var/fail", "");
        _project.Write("stacks/web/templates/web.conf", "{{GREETING}}\n");
        await SaysAsync("not deployed (exit code 1)");
        await RestsAsync(deploys: 0);
        File.Delete(_project.PathOf("var/fail"));
        _project.Write("stacks/web/templates/web.conf", "{{GREETING}}\n");
        await SaysAsync("deployed in");
        Assert.Equal("hello\n", _project.Read("var/run/web/config/web.conf"));

        async Task RestsAsync(int deploys)
        {
            for (var deploy = 0; deploy < deploys; deploy++)
            {
                await SaysAsync("deployed in");
            }

            await SaysAsync("watching.");
            await Task.Delay(3000, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(_lines, line => line.Contains("changed: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Where_a_link_leads_is_watched_too()
    {
        await using var outside = new TestProject();
        File.WriteAllText(outside.PathOf("site.env"), "MOOD=good\n");
        File.CreateSymbolicLink(_project.PathOf("etc/step.env"), outside.PathOf("site.env"));
        File.CreateSymbolicLink(_project.PathOf("etc/site.env"), "step.env");
        _project.Write("shared/web.conf", "{{GREETING}} {{MOOD}}\n");
        File.Delete(_project.PathOf("stacks/web/templates/web.conf"));
        File.CreateSymbolicLink(_project.PathOf("stacks/web/templates/web.conf"), "../../../shared/web.conf");
        await WatchAsync();

        File.WriteAllText(outside.PathOf("unseen"), "");
        File.WriteAllText(outside.PathOf("site.env"), "MOOD=better\n");
        await SaysAsync("changed: ");
        await SaysAsync("deployed in");
        Assert.Equal("hello better\n", _project.Read("var/run/web/config/web.conf"));

        _project.Write("shared/web.conf", "{{MOOD}}\n");
        await SaysAsync("changed: shared/web.conf");
        await SaysAsync("deployed in");
        Assert.Equal("better\n", _project.Read("var/run/web/config/web.conf"));
    }

    /// <summary>The quick start as it is in the repository, under another name and port.</summary>
    [Fact]
    public async Task In_the_quick_start_a_changed_template_is_served_by_the_same_nginx_that_reloaded_it()
    {
        _project.UseQuickStart();
        await WatchAsync();

        // The first Deploy made the secrets: a change like any other.
        await SaysAsync("changed: etc/secrets.env");
        await SaysAsync("watching.");
        var before = await _project.ContainersAsync();
        var address = (await TestProject.DockerAsync("port", $"{_project.Name}-web-1", "8080")).Trim();
        var worker = await WorkersAsync();

        _project.Replace("stacks/web/templates/html/index.html", "<h2>nginx now</h2>", "<h2>a page that was saved</h2>");
        await SaysAsync("deployed in");
        Assert.Contains("a page that was saved", await (await GetAsync()).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        _project.Replace("stacks/web/templates/nginx.conf", "\"{{SITE_NAME}}\" always", "\"a configuration that was saved\" always");
        await TestProject.EventuallyAsync(async () =>
        {
            try
            {
                return (await GetAsync()).Headers.GetValues("X-Harbor-Site").Contains("a configuration that was saved");
            }
            catch (HttpRequestException)
            {
                return false; // The worker that ends with the old configuration may close a connection that it has just taken.
            }
        });
        await SaysAsync("deployed in");
        Assert.NotEqual(worker, await WorkersAsync());
        Assert.Equal(before, await _project.ContainersAsync());

        // A configuration that nginx refuses: it goes on with the old one.
        _project.Replace("stacks/web/templates/nginx.conf", "listen 8080;", "listen eight;");
        await SaysAsync("not deployed (exit code 1)");
        Assert.Contains(_errors, line => line.Contains("host not found in \"eight\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync()).StatusCode);
        _project.Replace("stacks/web/templates/nginx.conf", "listen eight;", "listen 8080;");
        await SaysAsync("deployed in");
        Assert.Equal(before, await _project.ContainersAsync());

        async Task<HttpResponseMessage> GetAsync()
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };
            return await http.GetAsync("/", TestContext.Current.CancellationToken);
        }

        Task<string> WorkersAsync() => TestProject.DockerAsync("top", $"{_project.Name}-web-1", "-eo", "pid,args");
    }

    public async ValueTask DisposeAsync()
    {
        if (_run is { HasExited: false })
        {
            _run.Kill(entireProcessTree: true);
        }

        _run?.Dispose();
        await _project.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        _run = _project.Start("--target=Watch");
        _run.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _run.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        await SaysAsync("watching.");
    }

    /// <summary>Passes over what was said before it.</summary>
    private async Task SaysAsync(string text)
    {
        await TestProject.EventuallyAsync(() =>
        {
            while (_lines.TryPeek(out var line))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return Task.FromResult(true);
                }

                _lines.TryDequeue(out _);
            }

            return Task.FromResult(false);
        });
        _lines.TryDequeue(out _);
    }
}
