using System.Globalization;
using Harbor.Optimization.Configuration;

namespace Harbor.Optimization.Providers;

/// <summary>How a provider is spoken to.</summary>
public enum ReflectionWire
{
    /// <summary><c>POST chat/completions</c>, the key as <c>Authorization: Bearer</c>.</summary>
    OpenAi,

    /// <summary><c>POST messages</c>, the key as <c>x-api-key</c>.</summary>
    Anthropic,
}

/// <summary>Dollars for a million tokens.</summary>
public sealed record ReflectionPrice(decimal Input, decimal Cached, decimal Output);

/// <summary>Where the model that writes new texts is, and what it costs.</summary>
public sealed record ReflectionProvider
{
    /// <summary><c>INPUT,OUTPUT</c> or <c>INPUT,CACHED,OUTPUT</c>: dollars for a million tokens.</summary>
    public const string PriceVariable = "HARBOR_REFLECTION_PRICE";

    public required ReflectionWire Wire { get; init; }

    /// <summary>With the version, as in <c>https://api.openai.com/v1</c>.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Never printed.</summary>
    public required string ApiKey { get; init; }

    public required string Model { get; init; }

    /// <summary>The limit of an answer.</summary>
    public int MaxOutputTokens { get; init; } = 4000;

    /// <summary>null: not known, which is an error where a budget in dollars is set.</summary>
    public ReflectionPrice? Price { get; init; }

    /// <summary>Of one try.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The provider that a configuration names, with the key from <c>OPENAI_API_KEY</c> or <c>ANTHROPIC_API_KEY</c>. Where the
    /// configuration has no <c>base_url</c>, <c>OPENAI_BASE_URL</c> or <c>ANTHROPIC_BASE_URL</c> is taken, else the provider's own address.
    /// </summary>
    /// <exception cref="ReflectionException">Something is missing; the message says what to set.</exception>
    public static ReflectionProvider FromEnvironment(ProposerConfig proposer) =>
        From(proposer, Environment.GetEnvironmentVariable);

    /// <summary>The same, with other variables.</summary>
    /// <exception cref="ReflectionException">Something is missing; the message says what to set.</exception>
    public static ReflectionProvider From(ProposerConfig proposer, Func<string, string?> variable)
    {
        var model = proposer.Model ?? throw new ReflectionException(
            "No model is named that could write new texts: set gepa.proposer.model, or give a model in code.");
        var name = proposer.Provider ?? (model.StartsWith("claude", StringComparison.OrdinalIgnoreCase) ? "anthropic" : "openai");
        var (wire, prefix, address) = name switch
        {
            "openai" => (ReflectionWire.OpenAi, "OPENAI", "https://api.openai.com/v1"),
            "anthropic" => (ReflectionWire.Anthropic, "ANTHROPIC", "https://api.anthropic.com/v1"),
            _ => throw new ReflectionException(
                $"gepa.proposer.provider is '{name}'; without a server there are openai and anthropic. With base_url, they are any that "
                + "speaks so."),
        };
        return new ReflectionProvider
        {
            Wire = wire,
            BaseUrl = Address(proposer.BaseUrl ?? Given($"{prefix}_BASE_URL") ?? address),
            ApiKey = Given($"{prefix}_API_KEY") ?? throw new ReflectionException(
                $"{prefix}_API_KEY is not set: it is the key of the model that writes new texts ({model})."),
            Model = model,
            MaxOutputTokens = proposer.MaxOutputTokens,
            Price = Given(PriceVariable) is { } price ? Read(price) : null,
        };

        string? Given(string key) => variable(key) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Model} at {BaseUrl}";

    private static string Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? url.TrimEnd('/')
            : throw new ReflectionException($"The address of the model that writes new texts must be an http or https URL, not '{url}'.");

    private static ReflectionPrice Read(string text)
    {
        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite;
        var numbers = text.Split(',').Select(part =>
            decimal.TryParse(part, Plain, CultureInfo.InvariantCulture, out var number) ? (decimal?)number : null).ToArray();
        return numbers switch
        {
            [{ } input, { } output] => new ReflectionPrice(input, input, output),
            [{ } input, { } cached, { } output] => new ReflectionPrice(input, cached, output),
            _ => throw new ReflectionException(
                $"{PriceVariable} must be INPUT,OUTPUT or INPUT,CACHED,OUTPUT in dollars for a million tokens, such as 1.25,10; "
                + $"it is '{text}'."),
        };
    }
}

/// <summary>The model that writes new texts can't be asked.</summary>
public sealed class ReflectionException(string message, Exception? inner = null) : Exception(message, inner);
