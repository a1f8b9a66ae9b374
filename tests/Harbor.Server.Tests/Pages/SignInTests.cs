using System.Net;
using Harbor.Server.Keys;
using Harbor.Server.Pages;

namespace Harbor.Server.Tests.Pages;

public abstract class SignInTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_for_a_key_and_then_gets_the_page_that_was_wanted()
    {
        using var visitor = await Visitor.NewAsync(server);

        using var refused = await visitor.Client.GetAsync("/rollouts?status=failed", Ct);
        Assert.Equal(HttpStatusCode.SeeOther, refused.StatusCode);
        Assert.Equal("/sign-in?to=%2Frollouts%3Fstatus%3Dfailed", $"{refused.Headers.Location}");
        using var wrong = await visitor.SignInAsync("hk_aaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var right = await visitor.SignInAsync(await server.NewKeyAsync(), "/rollouts?status=failed");

        Assert.Equal("/rollouts?status=failed", $"{right.Headers.Location}");
        Assert.Contains("<h1>Rollouts</h1>", await visitor.PageAsync("/rollouts?status=failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_alone_holds_no_key_and_opens_no_route_of_the_api()
    {
        var key = await server.NewKeyAsync();
        using var visitor = await Visitor.NewAsync(server);
        using var answer = await visitor.SignInAsync(key);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(text => !text.Contains("visit", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key[12..], cookie, StringComparison.Ordinal);
        using var api = await visitor.Client.GetAsync("/api/harbor/deployments", Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_out_at_once_and_signing_out_forgets_the_cookie()
    {
        var key = await server.NewKeyAsync();
        using var revoked = await Visitor.SignedInAsync(server, key);
        await revoked.PageAsync("/deployments");
        await server.KeysAsync("revoke", "--id", KeyText.Id(key)!);
        await revoked.PageAsync("/deployments", HttpStatusCode.SeeOther);

        using var visitor = await Visitor.SignedInAsync(server, await server.NewKeyAsync());
        using var left = await visitor.PressAsync("/deployments", "/sign-out");
        Assert.Equal("/sign-in", $"{left.Headers.Location}");
        await visitor.PageAsync("/deployments", HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public async Task After_the_sign_in_nobody_is_led_to_another_site(string to)
    {
        using var visitor = await Visitor.NewAsync(server);

        using var answer = await visitor.SignInAsync(await server.NewKeyAsync(), to);

        Assert.Equal("/deployments", $"{answer.Headers.Location}");
    }

    [Fact]
    public async Task A_form_that_another_site_sends_is_refused()
    {
        using var visitor = await Visitor.SignedInAsync(server, await server.NewKeyAsync());
        var token = Visitor.Field(await visitor.PageAsync("/deployments"), "form_token");

        using var without = await visitor.PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        using var other = await visitor.PostAsync("/sign-out", ("form_token", token[..^1] + (token[^1] == '0' ? '1' : '0')));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        visitor.Client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using var foreign = await visitor.PostAsync("/sign-out", ("form_token", token));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        visitor.Client.DefaultRequestHeaders.Remove("Origin");
        await visitor.PageAsync("/deployments"); // Still in.

        using var unknown = await Visitor.NewAsync(server);
        using var login = await unknown.PostAsync("/sign-in", ("key", await server.NewKeyAsync()), ("form_token", token));
        Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
    }

    [Fact]
    public async Task Another_host_name_gets_nothing_and_every_page_forbids_foreign_content()
    {
        using var visitor = await Visitor.SignedInAsync(server, await server.NewKeyAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/deployments");
        request.Headers.Host = "rebound.example";

        using var refused = await visitor.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
        using var page = await visitor.Client.GetAsync("/deployments", Ct);

        foreach (var answer in new[] { refused, page })
        {
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'self'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
        }

        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_one_time_link_signs_in_once()
    {
        var key = await server.NewKeyAsync();
        var link = (await server.ServiceAsync<SignInLinks>()).New(KeyText.Id(key)!, "/jobs");
        Assert.DoesNotContain(key[12..], link, StringComparison.Ordinal);
        using var visitor = await Visitor.NewAsync(server);

        Assert.Contains("0;url=/jobs", await visitor.PageAsync(link), StringComparison.Ordinal);
        await visitor.PageAsync("/deployments");
        using var late = await Visitor.NewAsync(server);
        await late.PageAsync(link, HttpStatusCode.Forbidden);

        await late.PageAsync("/deployments", HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Whoever_changes_the_cookie_is_not_signed_in()
    {
        using var visitor = await Visitor.SignedInAsync(server, await server.NewKeyAsync());
        var cookie = visitor.Cookies.Single(one => !one.Name.EndsWith("-visit", StringComparison.Ordinal));
        foreach (var value in new[] { cookie.Value[..^2] + "AA", cookie.Value[..20], "%%%", new string('A', 2000) })
        {
            using var changed = await Visitor.NewAsync(server);
            changed.Client.DefaultRequestHeaders.Add("Cookie", $"{cookie.Name}={value}");
            await changed.PageAsync("/deployments", HttpStatusCode.SeeOther);
        }
    }
}

public sealed class SignInOnSqlite(TestServers servers) : SignInTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class SignInOnPostgreSql(TestServers servers) : SignInTests(servers.PostgreSql);
