using System.Net;
using System.Text.Json.Nodes;

namespace Harbor.Deployments.Tests.TaskApp;

/// <summary>Who may call a task app: part 12 of the contract.</summary>
[Collection("Environment")]
public sealed class TaskAppKeyTests : TaskAppTest
{
    [Fact]
    public async Task The_root_needs_no_key_and_everything_else_does()
    {
        var url = await ServeAsync(Config());

        Assert.Equal("""{"status":"ok","service":"bench"}""", await Http.GetStringAsync(url));
        Assert.Equal(HttpStatusCode.OK, (await Http.SendAsync(new(HttpMethod.Head, url + "/"))).StatusCode);
        foreach (var path in (string[])["/health", "/info", "/task_info", "/debug/env", "/nowhere"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await Http.GetAsync(url + path)).StatusCode);
        }
    }

    [Theory]
    [InlineData("X-API-Key", "secret-key", true)]
    [InlineData("X-API-Key", "second", true)]
    [InlineData("X-API-Keys", "wrong, third ,other", true)]
    [InlineData("Authorization", "Bearer secret-key", true)]
    [InlineData("Authorization", "secret-key", false)]
    [InlineData("X-API-Key", "wrong", false)]
    [InlineData("X-API-Key", "secret-key,second", false)]
    [InlineData("X-API-Key", "", false)]
    public async Task A_key_is_accepted_in_three_headers(string header, string value, bool accepted)
    {
        Environment.SetEnvironmentVariable("ENVIRONMENT_API_KEY_ALIASES", "second, third");
        var url = await ServeAsync(Config());
        var request = new HttpRequestMessage(HttpMethod.Get, url + "/health");
        request.Headers.TryAddWithoutValidation(header, value);

        var response = await Http.SendAsync(request);

        Assert.Equal(accepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        if (accepted)
        {
            Assert.Equal("""{"healthy":true,"auth":{"required":true,"expected_prefix":"***"}}""", body.ToJsonString());
            return;
        }

        Assert.Equal("unauthorised", (string?)body["code"]);
        Assert.Equal(
            (header == "X-API-Key", header == "X-API-Keys", header == "Authorization"),
            ((bool)body["have_x_api_key"]!, (bool)body["have_x_api_keys"]!, (bool)body["have_authorization"]!));
    }

    [Fact]
    public async Task Without_a_key_of_its_own_it_serves_nobody_and_the_development_key_is_the_fallback()
    {
        Environment.SetEnvironmentVariable("ENVIRONMENT_API_KEY", null);
        var url = await ServeAsync(Config());
        var response = await GetAsync(url + "/health", "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"missing_environment_api_key\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Environment.SetEnvironmentVariable("DEV_ENVIRONMENT_API_KEY", "dev");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(url + "/health", "dev")).StatusCode);
        Environment.SetEnvironmentVariable("ENVIRONMENT_API_KEY", "main");
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(url + "/health", "dev")).StatusCode);
    }

    [Fact]
    public async Task An_app_that_asks_for_no_key_says_so()
    {
        var url = await ServeAsync(Config(requireApiKey: false));

        Assert.Equal("""{"healthy":true,"auth":{"required":false,"expected_prefix":null}}""", await Http.GetStringAsync(url + "/health"));
    }
}
