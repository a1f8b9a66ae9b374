namespace Harbor.Server.Interceptor;

/// <summary>A place that has models, as <c>providers.yaml</c> names it.</summary>
public sealed record Provider
{
    public required string Name { get; init; }

    /// <summary><c>openai</c> takes the key as <c>Authorization: Bearer</c>, <c>anthropic</c> as <c>x-api-key</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Without a slash at its end; a wire is added to it.</summary>
    public required string BaseUrl { get; init; }

    public required IReadOnlyList<string> Wires { get; init; }

    /// <summary>Where the key is: <c>env:NAME</c> or <c>file:PATH</c>. Never the key itself.</summary>
    public required string Key { get; init; }

    public required IReadOnlyList<string> ModelPrefixes { get; init; }

    /// <summary>By the beginning of a model's name.</summary>
    public required IReadOnlyDictionary<string, ModelPrice> Prices { get; init; }

    public ModelPrice? PriceOf(string model) => Prices.Where(price => model.StartsWith(price.Key, StringComparison.Ordinal))
        .OrderByDescending(price => price.Key.Length).Select(price => price.Value).FirstOrDefault();

    /// <returns>Null: there is no key where it should be.</returns>
    public string? ReadKey()
    {
        if (Key.StartsWith("env:", StringComparison.Ordinal))
        {
            return Environment.GetEnvironmentVariable(Key["env:".Length..]) is { Length: > 0 } value ? value : null;
        }

        try
        {
            return File.ReadAllText(Key["file:".Length..]).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>Dollars for a million tokens.</summary>
public sealed record ModelPrice(decimal Input, decimal Cached, decimal Output)
{
    /// <summary>In billionths of a dollar.</summary>
    public long Nano(TokenUsage usage) => (long)Math.Round(1000m
        * (((usage.Input - usage.Cached) * Input) + (usage.Cached * Cached) + (usage.Output * Output)), MidpointRounding.ToEven);
}
