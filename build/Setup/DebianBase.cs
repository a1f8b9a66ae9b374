namespace Harbor.Build.Setup;

/// <summary>An image <c>debian:...</c> that a Dockerfile begins with.</summary>
/// <param name="Suite">The release's code name; null where the tag is something else (<c>12</c>, <c>bookworm-slim</c>) that can only be pulled.</param>
public sealed record DebianBase(string Name, string? Suite)
{
    private const string Repository = "debian:";

    /// <summary>Each once, in order of their names. A service without a Dockerfile needs none.</summary>
    public static IReadOnlyList<DebianBase> Of(ProjectPaths paths, IEnumerable<string> services) =>
    [
        .. services
            .Select(service => Path.Combine(paths.Stacks, service, "Dockerfile"))
            .Where(File.Exists)
            .SelectMany(file => In(File.ReadLines(file)))
            .Distinct()
            .OrderBy(image => image.Name, StringComparer.Ordinal),
    ];

    public static IEnumerable<DebianBase> In(IEnumerable<string> dockerfile)
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
