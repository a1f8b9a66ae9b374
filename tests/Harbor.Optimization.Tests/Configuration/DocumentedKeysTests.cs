using System.Text.RegularExpressions;

namespace Harbor.Optimization.Configuration;

public sealed partial class DocumentedKeysTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "optimisation.md"));

    [Fact]
    public void The_example_of_the_page_is_valid()
    {
        var toml = Page.Split("```toml\n")[1].Split("```")[0];
        var config = PromptLearningConfig.FromToml(toml);

        Assert.Empty(config.Warnings);
        Assert.Empty(config.Missing());
        config.ToOptions(TimeProvider.System).Validate();
    }

    [Fact]
    public void Every_key_that_is_read_is_on_the_page()
    {
        var sources = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data", "readers"));
        Assert.True(sources.Length >= 5);
        string[] keys = [.. sources.SelectMany(source => Asked().Matches(File.ReadAllText(source)).Select(match => match.Groups[1].Value))
            .Distinct()];

        Assert.True(keys.Length > 50, $"{keys.Length} keys were found.");
        Assert.DoesNotContain(keys, key => !Regex.IsMatch(Page, $@"\b{Regex.Escape(key)}\b"));
    }

    [GeneratedRegex("""\.(?:Text|Whole|Count|Real|Truth|OneOf(?:<[^>]*>)?|Data|Table|Tables|Open|Ask)\("([a-z_]+)["]""")]
    private static partial Regex Asked();
}
