using System.Net;
using System.Text.RegularExpressions;

namespace Harbor.Server.Tests.Pages;

/// <summary>A browser without a script: it keeps cookies, and sends the forms that it was given.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false };

    private Visitor(Uri server) => Client = new HttpClient(_handler) { BaseAddress = server };

    public HttpClient Client { get; }

    public IReadOnlyList<Cookie> Cookies => [.. _handler.CookieContainer.GetCookies(Client.BaseAddress!).Cast<Cookie>()];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Visitor> NewAsync(TestServer server)
    {
        using var client = await server.ClientWithKeyAsync(null);
        return new Visitor(client.BaseAddress!);
    }

    public static Visitor Of(Uri server) => new(server);

    public static async Task<Visitor> SignedInAsync(TestServer server, string key)
    {
        var visitor = await NewAsync(server);
        using var answer = await visitor.SignInAsync(key);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return visitor;
    }

    public async Task<HttpResponseMessage> SignInAsync(string key, string to = "")
    {
        var page = await PageAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        return await PostAsync("/sign-in", ("form_token", Field(page, "form_token")), ("to", Field(page, "to")), ("key", key));
    }

    public async Task<string> PageAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.GetAsync(path, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode}, not {(int)expected}: {text}");
        return text;
    }

    /// <summary>Presses a button of a page.</summary>
    public async Task<HttpResponseMessage> PressAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var html = await PageAsync(page);
        Assert.Contains($"action=\"{action}\"", html, StringComparison.Ordinal);
        return await PostAsync(action, [("form_token", Field(html, "form_token")), .. fields]);
    }

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => Client.PostAsync(
        path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Ct);

    /// <summary>The value of a page's first hidden field of this name.</summary>
    public static string Field(string page, string name) => WebUtility.HtmlDecode(
        Fields().Matches(page).First(match => match.Groups[1].Value == name).Groups[2].Value);

    /// <summary>As people read it: without tags.</summary>
    public static string Text(string page) => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(page, " ")), " ");

    public void Dispose()
    {
        Client.Dispose();
        _handler.Dispose();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Fields();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
