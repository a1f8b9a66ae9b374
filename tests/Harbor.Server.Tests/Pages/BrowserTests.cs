using Harbor.Server.Builds;
using Harbor.Server.Keys;
using Harbor.Server.Pages;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

/// <summary>The pages in a real browser.</summary>
public sealed class BrowserTests(TestServers servers)
{
    private readonly SqliteServer _server = servers.Sqlite;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_sandbox_wrote_runs_nowhere_and_the_keyboard_reaches_what_it_needs()
    {
        await using var browser = await Chromium.StartAsync();
        var key = await _server.NewKeyAsync(organisation: $"wide{new string('W', 60)}{Guid.NewGuid():N}");
        await using var db = await _server.OpenAsync();
        const string hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        var row = await db.RolloutAsync(deployment, made => made.Error = hostile);
        await File.WriteAllTextAsync((await _server.ServiceAsync<BuildLogs>()).File(row.Id, 1, "stdout"),
            hostile + new string('x', 50_000), Ct);

        await SignInAsync(browser, key, $"/rollouts/{row.Id}");
        await browser.UntilAsync("document.querySelector('#stdout')");

        Assert.StartsWith("Rollout", await browser.EvaluateAsync("document.title"), StringComparison.Ordinal);
        Assert.Contains(hostile, await browser.EvaluateAsync("document.querySelector('#stdout').textContent"), StringComparison.Ordinal);
        Assert.Equal("0", await browser.EvaluateAsync("document.images.length"));
        await browser.SizeAsync(390, 800);
        await browser.UntilAsync("innerWidth === 390 && document.documentElement.scrollWidth <= 390"); // Of a phone: tables scroll.
        await browser.PressAsync("Tab", 9);
        Assert.Equal("Skip to the content", await browser.EvaluateAsync("document.activeElement.textContent"));
        Assert.NotEqual("none", await browser.EvaluateAsync("getComputedStyle(document.activeElement).outlineStyle"));
        await browser.ColourAsync("light");
        var light = await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor");
        await browser.ColourAsync("dark");
        Assert.NotEqual(light, await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"));
        foreach (var (path, heading) in new[]
        {
            ($"/deployments/{deployment.Id}", deployment.Name), ("/rollouts", "Rollouts"), ("/jobs", "Eval jobs"),
            ("/optimisations", "Optimisations"), ("/jobs/none", "404"),
        })
        {
            await browser.OpenAsync(await AddressAsync(path));
            await browser.UntilAsync($"document.querySelector('h1')?.textContent === '{heading}'");
        }

        // Nothing that the policy of the pages forbids; the last one is missing.
        Assert.DoesNotContain(browser.Complaints, complaint => !complaint.Contains("404 (Not Found)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_follows_what_happens_and_leads_to_the_sign_in_when_the_key_is_revoked()
    {
        await using var browser = await Chromium.StartAsync();
        var key = await _server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        await using var db = await _server.OpenAsync();
        var row = await db.RolloutAsync(
            await db.DeploymentAsync(await db.OrganisationAsync(key)), state: RolloutState.Running, reward: null);
        var log = (await _server.ServiceAsync<BuildLogs>()).File(row.Id, 1, "stdout");
        await File.WriteAllTextAsync(log, "line 1\n", Ct);
        await SignInAsync(browser, key, $"/rollouts/{row.Id}");
        await browser.UntilAsync("document.querySelector('#stdout')?.textContent.includes('line 1')");
        await browser.EvaluateAsync("window.isSame = true");

        await File.AppendAllTextAsync(log, "line 2\n", Ct);
        await browser.UntilAsync("document.querySelector('#stdout').textContent.includes('line 2')");
        await db.Rollouts.Where(one => one.Id == row.Id).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.State, RolloutState.Verifying), Ct);
        await browser.UntilAsync("document.querySelector('main .state').textContent === 'verifying'");
        Assert.Equal("true", await browser.EvaluateAsync("window.isSame")); // The page was not loaded anew.

        await _server.KeysAsync("revoke", "--id", KeyText.Id(key)!);
        await browser.UntilAsync("location.pathname === '/sign-in'");
    }

    [Fact]
    public async Task Without_scripts_one_signs_in_by_the_form_and_cancels_a_rollout()
    {
        await using var browser = await Chromium.StartAsync();
        var key = await _server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        await using var db = await _server.OpenAsync();
        var row = await db.RolloutAsync(
            await db.DeploymentAsync(await db.OrganisationAsync(key)), state: RolloutState.Running, reward: null);
        await browser.DisableScriptsAsync();
        await browser.OpenAsync(await AddressAsync($"/rollouts/{row.Id}"));
        await browser.UntilAsync("document.querySelector('#key')");

        await browser.EvaluateAsync($"document.querySelector('#key').value = '{key}'");
        await browser.EvaluateAsync("document.querySelector('#key').focus()");
        await browser.PressAsync("Enter", 13);
        await browser.UntilAsync("document.querySelector('main form button')?.textContent === 'Cancel'");
        await browser.EvaluateAsync("document.querySelector('main form button').focus()");
        await browser.PressAsync("Enter", 13);

        var end = TimeProvider.System.GetUtcNow().AddSeconds(60);
        while (!await db.Rollouts.AnyAsync(one => one.Id == row.Id && one.CancelRequested, Ct))
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, await browser.EvaluateAsync("document.body.innerText"));
            await Task.Delay(100, Ct);
        }
    }

    private async Task SignInAsync(Chromium browser, string key, string to)
    {
        var link = (await _server.ServiceAsync<SignInLinks>()).New(KeyText.Id(key)!, to);
        await browser.OpenAsync(await AddressAsync(link));
    }

    private async Task<Uri> AddressAsync(string path)
    {
        using var client = await _server.ClientWithKeyAsync(null);
        return new Uri(client.BaseAddress!, path);
    }
}
