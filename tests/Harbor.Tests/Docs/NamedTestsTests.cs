using System.Text.RegularExpressions;

namespace Harbor.Tests.Docs;

/// <summary>Pages that name the test of each thing that they promise.</summary>
public sealed partial class NamedTestsTests
{
    [Theory]
    [InlineData("evidence/brief.md")]
    [InlineData("evidence/migration.md")]
    [InlineData("evidence/reliability-cases.md")]
    [InlineData("evidence/evaluations.md")]
    [InlineData("evidence/use.md")]
    public void Every_test_that_a_page_names_is_there(string page)
    {
        var root = Root(AppContext.BaseDirectory);
        var sources = Directory.GetFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        var named = Named().Matches(File.ReadAllText(Path.Combine(root, "docs", page)))
            .Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToList();

        Assert.True(named.Count > 30, $"{page} names {named.Count} tests only.");
        string[] missing = [.. named.Where(test => !sources.Exists(source => IsIn(source, test.Class, test.Method)))
            .Select(test => $"{test.Class}.{test.Method}")];
        Assert.True(missing.Length == 0, $"{page} names tests that are not there: {string.Join(", ", missing)}");
    }

    private static bool IsIn(string source, string @class, string method) =>
        Regex.IsMatch(source, $@"\bclass {@class}\b")
            && Regex.IsMatch(source, $@"^    public (async Task|Task|void) {method}\(", RegexOptions.Multiline);

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Harbor.slnx"))
        ? folder : Root(Path.GetDirectoryName(folder)!);

    [GeneratedRegex(@"`([A-Za-z]+Tests)\.([A-Za-z_0-9]+)`")]
    private static partial Regex Named();
}
