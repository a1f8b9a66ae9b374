using Harbor.Linting;

namespace Harbor.Tests.Linting;

/// <summary>The rules that docs/secrets.md shows, in a repository such as this one.</summary>
public sealed class SecretsManualTests
{
    [Theory]
    [InlineData("etc/prod.sops.env", "age1alice...")]
    [InlineData("etc/app.sops.env", "age1bob...")]
    [InlineData("stacks/web/web.sops.yaml", "age1bob...")]
    [InlineData("tests/Harbor.Tests/Data/secrets/sops-upstream/example.sops.yaml", null)]
    [InlineData("etc/sys.env", null)]
    public void Its_creation_rules_are_for_the_files_of_the_stack_and_for_no_others(string file, string? recipient)
    {
        var manual = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "secrets.md"));
        var example = manual.Split("```")
            .Single(block => block.StartsWith("yaml\n   creation_rules:", StringComparison.Ordinal))["yaml\n".Length..];
        var configuration = SopsConfiguration.Read(new LintText(".sops.yaml", example, IsBinary: false));

        var rule = configuration.RuleFor(file);
        Assert.Equal(recipient is not null, rule is not null);
        Assert.True(recipient is null || rule!.Recipients.Contains(recipient));
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Harbor.slnx"))
        ? folder : Root(Path.GetDirectoryName(folder)!);
}
