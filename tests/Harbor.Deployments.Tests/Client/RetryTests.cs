using Harbor.Deployments.Tests.Server;
using Harbor.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Deployments.Tests.Client;

public sealed class RetryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ContractServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ContractServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HarborConnection Connection => new(_server.Url, ContractServer.Key) { Time = _time };

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_failure_that_may_pass_is_tried_again_with_the_same_key(int status)
    {
        _server.Add("d");
        _server.Fail(status);
        _server.Drop();

        var instances = await _time.RunAsync(new HarborInstances(Connection).CreateAsync("d", 3, build: false));

        Assert.Equal(3, instances.Count);
        Assert.Equal(3, _server.Requests.Count);
        Assert.Single(_server.Requests.Select(request => request.IdempotencyKey).Distinct());
        Assert.NotNull(_server.Requests.First().IdempotencyKey);
    }

    /// <summary>The point of the key: the server did it, only the client does not know.</summary>
    [Fact]
    public async Task A_lost_answer_does_not_do_it_twice()
    {
        var id = _server.Add("d");
        _server.LoseAnswer();

        var accepted = await _time.RunAsync(new HarborRollouts(Connection).SubmitAsync(id, new() { TraceCorrelationId = "t" }));

        Assert.NotEmpty(accepted.RolloutId);
        Assert.Single(_server.Rollouts);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Calls_that_are_not_the_same_have_other_keys()
    {
        var id = _server.Add("d");
        await new HarborRollouts(Connection).SubmitAsync(id, new() { TraceCorrelationId = "t" });
        await new HarborRollouts(Connection).SubmitAsync(id, new() { TraceCorrelationId = "t" });

        Assert.Equal(2, _server.Requests.Select(request => request.IdempotencyKey).Distinct().Count());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(409)]
    [InlineData(422)]
    public async Task What_will_not_pass_is_not_tried_again(int status)
    {
        _server.Fail(status, """{"detail": "no", "code": "slug", "errors": [{"loc": "a.b", "msg": "wrong"}]}""");

        var error = await Assert.ThrowsAsync<HarborApiException>(() => new HarborInstances(Connection).CreateAsync("d", 3));

        Assert.Equal((status, $"Harbor API error ({status}): no", "slug"), (error.StatusCode, error.Message, error.Details!.Code));
        Assert.Equal("wrong", Assert.Single(error.Details.Errors).Msg);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task It_waits_as_long_as_the_server_says()
    {
        _server.Add("d");
        _server.Fail(429, retryAfter: 30);
        var call = new HarborDeploymentUploader(Connection).GetStatusAsync("d");
        while (_server.Requests.IsEmpty)
        {
            await Task.Delay(1);
        }

        await Task.Delay(100);
        _time.Advance(TimeSpan.FromSeconds(29));
        await Task.Delay(100);
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("ready", (await call).Status);
    }

    [Fact]
    public async Task It_gives_up_after_the_third_try_and_says_why()
    {
        for (var i = 0; i < 3; i++)
        {
            _server.Fail(503, """{"detail": "Harbor queue at capacity", "code": "full", "errors": []}""");
        }

        var error = await Assert.ThrowsAsync<HarborApiException>(
            () => _time.RunAsync(new HarborDeploymentUploader(Connection).GetStatusAsync("d")));

        Assert.Equal("Harbor API error (503): Harbor queue at capacity", error.Message);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var gone = new HarborConnection("http://127.0.0.1:9", "k") { Time = _time };

        var error = await Assert.ThrowsAsync<HarborApiException>(() => _time.RunAsync(new HarborDeploymentUploader(gone).ListAsync()));

        Assert.StartsWith("Harbor API error (0): cannot reach http://127.0.0.1:9: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, error.StatusCode);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("", "Bad Request")]
    [InlineData("""{"detail": [{"loc": ["body"], "msg": "field required"}]}""", """[{"loc": ["body"], "msg": "field required"}]""")]
    [InlineData("""{"error": "x"}""", """{"error": "x"}""")]
    [InlineData("[]", "[]")]
    public async Task An_error_of_another_form_is_shown_as_it_is(string body, string message)
    {
        _server.Fail(400, body);

        var error = await Assert.ThrowsAsync<HarborApiException>(() => new HarborDeploymentUploader(Connection).ListAsync());

        Assert.Equal($"Harbor API error (400): {message}", error.Message);
        Assert.Null(error.Details);
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_is_an_error_that_names_the_call()
    {
        _server.Fail(200, "<html>");

        var error = await Assert.ThrowsAsync<HarborApiException>(() => new HarborDeploymentUploader(Connection).GetStatusAsync("d"));

        Assert.StartsWith(
            "Harbor API error (200): the answer of GET /api/harbor/deployments/d/status can't be read: ", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_between_tries()
    {
        _server.Fail(503);
        using var cancel = new CancellationTokenSource();
        var call = new HarborDeploymentUploader(Connection).ListAsync(ct: cancel.Token);
        while (_server.Requests.IsEmpty)
        {
            await Task.Delay(1);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key()
    {
        _server.Fail(302);

        Assert.Equal(302, (await Assert.ThrowsAsync<HarborApiException>(
            () => new HarborDeploymentUploader(Connection).ListAsync())).StatusCode);
    }
}
