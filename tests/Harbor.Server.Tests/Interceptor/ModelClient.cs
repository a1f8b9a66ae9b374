using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>An agent of one rollout, and the rollout's owner beside it.</summary>
public sealed class ModelClient(Rollout rollout, string key, HttpClient owner, HttpClient agent) : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Rollout Rollout => rollout;

    /// <summary>The agent's.</summary>
    public string Key => key;

    public void Dispose()
    {
        owner.Dispose();
        agent.Dispose();
    }

    public Task<HttpResponseMessage> SendAsync(string wire, string body) =>
        SendAsync(wire, new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>The content is asked for when the server reads it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string wire, HttpContent content)
    {
        var address = new Uri($"/api/interceptor/v1/{rollout.Id}/corr-1/{wire}", UriKind.Relative);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.ExpectContinue = content is HeldContent;
        return await agent.SendAsync(request, Ct);
    }

    public async Task<string> AskAsync(string wire, string body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await SendAsync(wire, body);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        return text;
    }

    public Task<string> GetAsync(string path) =>
        agent.GetStringAsync(new Uri($"/api/interceptor/v1/{rollout.Id}/corr-1{path}", UriKind.Relative), Ct);

    public async Task<JsonArray> TraceAsync() =>
        (await owner.GetJsonAsync($"/api/harbor/rollouts/{rollout.Id}/trace"))["calls"]!.AsArray();
}
