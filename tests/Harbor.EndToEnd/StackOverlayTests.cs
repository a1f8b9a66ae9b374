using System.Collections.Concurrent;
using Harbor.Processes;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class StackOverlayTests
{
    private static readonly string[] Services = ["litellm", "webui", "ollama"];
    private static readonly string[] Options = ["nvidia", "cdi", "rocm", "mdc", "traefik"];

    [Fact]
    public async Task Compose_accepts_every_combination_of_the_llm_services_and_their_overlays()
    {
        var names = Directory.GetFiles(Path.Combine(Repository.Root, "etc", "stacks"))
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray();
        var combinations = Subsets(Services).Where(services => services.Count > 0)
            .SelectMany(services => Subsets(Options).Select(options => Select(names, [.. services, .. options])))
            .DistinctBy(files => string.Join(' ', files))
            .ToList();
        var refused = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(combinations, TestContext.Current.CancellationToken, async (files, ct) =>
        {
            var result = await new Command(TestScope.New(), "docker",
                ["compose", "--project-name", "overlays", "--project-directory", Repository.Root,
                .. files.SelectMany(file => (string[])["--file", $"{Repository.Root}/etc/stacks/{file}"]), "config", "--quiet"])
                .TryRunAsync(ct);
            if (result.ExitCode != 0 || result.Error.Length > 0)
            {
                refused.Add($"{string.Join(' ', files)}: {result.Error}");
            }
        });

        Assert.Empty(refused);
        Assert.Equal(118, combinations.Count);
        Assert.Subset(combinations.SelectMany(files => files).ToHashSet(),
            names.Where(name => Services.Any(service => name.Contains($".{service}.", StringComparison.Ordinal))).ToHashSet());
    }

    private static List<string> Select(string[] names, HashSet<string> words) =>
    [
        .. names.Where(name => name.Split('.')[1..^1] switch
        {
            [] => true,
            ["x", .. var tokens] => tokens.All(words.Contains),
            var tokens => tokens.Any(words.Contains),
        }).OrderBy(name => name.Count('.'.Equals)).ThenBy(name => name, StringComparer.Ordinal),
    ];

    private static IEnumerable<List<string>> Subsets(string[] words) =>
        Enumerable.Range(0, 1 << words.Length).Select(bits => words.Where((_, i) => (bits >> i & 1) == 1).ToList());
}
