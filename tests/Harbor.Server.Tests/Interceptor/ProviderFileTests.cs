using Harbor.Server.Interceptor;

namespace Harbor.Server.Tests.Interceptor;

public sealed class ProviderFileTests : IDisposable
{
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("harbor-providers-").FullName);

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_line_and_no_key_is_repeated()
    {
        const string key = "sk-live-this-is-a-key-itself";
        var error = Refused($$"""
            providers:
              first:
                kind: opanai
                base_url: ftp://models.example
                key: {{key}}
                wires: [chat]
                prices:
                  m: {input: cheap}
              second:
                kind: anthropic
                key: env:KEY
                modle_prefixes: [claude]
            """);

        var expected = new (int Line, string Text)[]
        {
            (3, "'kind' must be openai or anthropic"), (4, "'base_url' must be an http or https URL"), (5, "env:NAME or file:PATH"),
            (6, "'wires' must be of chat/completions, responses, messages"), (8, "'input' must be dollars"),
            (10, "base_url"), (12, "modle_prefixes"),
        };
        Assert.All(expected, each => Assert.Contains(error.Split('\n'), line =>
            line.Contains($"providers.yaml:{each.Line}:", StringComparison.Ordinal) && line.Contains(each.Text, StringComparison.Ordinal)));
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_file_there_are_no_providers_and_a_file_that_is_no_yaml_is_told()
    {
        Assert.Empty(new Providers(_data).All);
        Assert.Contains("providers.yaml:2:1: ", Refused("providers: [\n"), StringComparison.Ordinal);
    }

    private string Refused(string text)
    {
        File.WriteAllText(_data.ProvidersFile, text);
        return Assert.Throws<UsageException>(() => new Providers(_data)).Message;
    }
}
