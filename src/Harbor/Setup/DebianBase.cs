namespace Harbor.Setup;

/// <summary>An image <c>debian:...</c> that a Dockerfile is based on.</summary>
/// <param name="Suite">The release's code name; null for another tag (<c>12</c>, <c>bookworm-slim</c>), which can only be pulled.</param>
public sealed record DebianBase(string Name, string? Suite)
{
    private const string Repository = "debian:";

    /// <summary>Each once, sorted by name. A service without a Dockerfile has none.</summary>
    public static IReadOnlyList<DebianBase> FindAll(ProjectPaths paths, IEnumerable<string> services) =>
    [
        .. services
            .Select(service => Path.Combine(paths.Stacks, service, "Dockerfile"))
            .Where(File.Exists)
            .SelectMany(file => Parse(File.ReadLines(file)))
            .Distinct()
            .OrderBy(image => image.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<DebianBase> Parse(IEnumerable<string> dockerfile)
    {
        foreach (var line in dockerfile)
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var from, ..] || !from.Equals("FROM", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var image = words.Skip(1).FirstOrDefault(word => !word.StartsWith("--", StringComparison.Ordinal)) ?? "";
            if (image.StartsWith(Repository, StringComparison.Ordinal))
            {
                var tag = image[Repository.Length..];
                yield return new DebianBase(image, tag.All(char.IsAsciiLetterLower) ? tag : null);
            }
        }
    }
}
