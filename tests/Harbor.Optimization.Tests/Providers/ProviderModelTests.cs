using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Harbor.Optimization.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Optimization.Providers;

public sealed class ProviderModelTests : IAsyncLifetime
{
    private const string Key = "sk-reflection-0123456789";
    private const string Rule = "it comes before the shield";
    private static readonly ReflectionPrice Price = new(2, 1, 10);

    private static readonly FakeScript Script = new(new Dictionary<string, FakeTask>
    {
        ["plate"] = new("plate", "src/cards/plate.rs", "good", "bad", Rule),
    });

    private FakeEndpoint endpoint = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => endpoint = await FakeEndpoint.StartAsync(Script, "http://127.0.0.1:0", Ct);

    public ValueTask DisposeAsync() => endpoint.DisposeAsync();

    [Theory]
    [InlineData(ReflectionWire.OpenAi, "Bearer " + Key)]
    [InlineData(ReflectionWire.Anthropic, Key)]
    public async Task Each_wire_gives_the_text_its_tokens_and_its_cost(ReflectionWire wire, string credential)
    {
        using var model = new ProviderModel(Provider(wire));

        var answer = await model.CompleteAsync(Prompt("It failed: it_comes_before_the_shield"), Ct);

        Assert.Equal($"```\nBe quick.\nMind this: {Rule}.\n```", answer.Text);
        Assert.Null(answer.Refusal);
        var usage = FakeUsage.Of(System.Text.Encoding.UTF8.GetByteCount(endpoint.Bodies.Single()), answer.Text);
        Assert.Equal((usage.Input, usage.Output), (answer.PromptTokens, answer.CompletionTokens));
        Assert.Equal(((2m * (usage.Input - usage.Cached)) + usage.Cached + (10m * usage.Output)) / 1_000_000, answer.Cost);
        Assert.Equal(credential, endpoint.Credentials.Single());
        var body = JsonNode.Parse(endpoint.Bodies.Single())!;
        Assert.Equal(1234, (int)body[wire == ReflectionWire.OpenAi ? "max_completion_tokens" : "max_tokens"]!);
    }

    [Theory]
    [InlineData(Fault.RateLimited)]
    [InlineData(Fault.ServerError)]
    public async Task A_refusal_for_now_is_tried_again(Fault fault)
    {
        endpoint.Faults.Enqueue(fault);
        using var model = new ProviderModel(Provider(ReflectionWire.OpenAi));

        Assert.Contains("Be quick.", (await model.CompleteAsync(Prompt(""), Ct)).Text, StringComparison.Ordinal);
        Assert.Equal(2, endpoint.Bodies.Count);
    }

    [Theory]
    [InlineData(Fault.CutStream)]
    [InlineData(Fault.MalformedJson)]
    public async Task An_answer_that_broke_off_is_an_error_and_is_not_paid_twice(Fault fault)
    {
        endpoint.Faults.Enqueue(fault);
        using var model = new ProviderModel(Provider(ReflectionWire.OpenAi));

        var error = await Assert.ThrowsAsync<ReflectionException>(() => model.CompleteAsync(Prompt(""), Ct));

        Assert.StartsWith("fake-1 at http://127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Single(endpoint.Bodies);
    }

    [Theory]
    [InlineData(Fault.WrongUsage)]
    [InlineData(Fault.NoUsage)]
    public async Task Numbers_that_cannot_be_are_not_known(Fault fault)
    {
        endpoint.Faults.Enqueue(fault);
        using var model = new ProviderModel(Provider(ReflectionWire.OpenAi));

        var answer = await model.CompleteAsync(Prompt(""), Ct);

        Assert.Equal((null, null, null), (answer.PromptTokens, answer.CompletionTokens, answer.Cost));
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_in_time_is_an_error()
    {
        endpoint.Faults.Enqueue(Fault.Stall);
        var time = new FakeTimeProvider();
        using var model = new ProviderModel(Provider(ReflectionWire.OpenAi) with { Timeout = TimeSpan.FromSeconds(7) }, time);
        var asked = model.CompleteAsync(Prompt(""), Ct);
        while (endpoint.Open == 0)
        {
            await Task.Delay(10, Ct);
        }

        time.Advance(TimeSpan.FromSeconds(7));

        Assert.EndsWith("did not answer within 7 s", (await Assert.ThrowsAsync<ReflectionException>(() => asked)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_gives_key_address_and_price_and_what_lacks_is_named()
    {
        var variables = new Dictionary<string, string>
        {
            ["ANTHROPIC_API_KEY"] = Key,
            ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9/v1/",
            [ReflectionProvider.PriceVariable] = "3,15",
        };
        var provider = From(new ProposerConfig { Model = "claude-opus" });
        Assert.Equal(
            (ReflectionWire.Anthropic, "http://127.0.0.1:9/v1", new ReflectionPrice(3, 3, 15)),
            (provider.Wire, provider.BaseUrl, provider.Price));
        Assert.DoesNotContain(Key, provider.ToString(), StringComparison.Ordinal);
        Assert.Equal("http://other/v1", From(new ProposerConfig { Model = "claude-opus", BaseUrl = "http://other/v1" }).BaseUrl);

        Assert.Contains("gepa.proposer.model", Error(new ProposerConfig()), StringComparison.Ordinal);
        Assert.Contains("OPENAI_API_KEY is not set", Error(new ProposerConfig { Model = "gpt-5" }), StringComparison.Ordinal);
        Assert.Contains("'mistral'", Error(new ProposerConfig { Model = "m", Provider = "mistral" }), StringComparison.Ordinal);
        variables[ReflectionProvider.PriceVariable] = "cheap";
        Assert.Contains("it is 'cheap'", Error(new ProposerConfig { Model = "claude-opus" }), StringComparison.Ordinal);

        ReflectionProvider From(ProposerConfig proposer) => ReflectionProvider.From(proposer, variables.GetValueOrDefault);
        string Error(ProposerConfig proposer) => Assert.Throws<ReflectionException>(() => From(proposer)).Message;
    }

    private static string Prompt(string feedback) => Prompts.ReflectionTemplate.Default.Render(
        "Be quick.", [SideInfo.Of(KeyValuePair.Create("Feedback", (SideInfo)feedback))]);

    private ReflectionProvider Provider(ReflectionWire wire) => new()
    {
        Wire = wire,
        BaseUrl = endpoint.Url + "/v1",
        ApiKey = Key,
        Model = "fake-1",
        MaxOutputTokens = 1234,
        Price = Price,
    };
}
