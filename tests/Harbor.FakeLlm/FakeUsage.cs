namespace Harbor.FakeLlm;

/// <summary>Numbers of tokens that an answer tells: of the request's and the answer's bytes, so that a test can know them.</summary>
public sealed record FakeUsage(long Input, long Cached, long Output, long Reasoning)
{
    public static FakeUsage Of(int requestBytes, string answer)
    {
        var input = (requestBytes / 4) + 1;
        var output = (answer.Length / 4) + 2;
        return new FakeUsage(input, input / 8, output, output / 2);
    }

    public static FakeUsage Wrong { get; } = new(-5, 7, long.MaxValue, 0);
}
