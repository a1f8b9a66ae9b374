using System.Text.RegularExpressions;
using Harbor.Environments;

namespace Harbor.Compose;

/// <summary>Compose's warnings, as people read them: variables that are not set are one line, with their places.</summary>
internal static partial class ComposeWarnings
{
    private const string PlainEnvFile = ".env";

    /// <param name="lines">What Compose printed.</param>
    /// <param name="files">Compose files, absolute, in which the variables are looked for.</param>
    public static IReadOnlyList<string> Fold(IEnumerable<string> lines, IEnumerable<string> files, ProjectPaths paths)
    {
        var (unset, others) = (new SortedSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var line in lines)
        {
            var text = Message().Match(line) is { Success: true } message ? message.Groups[1].Value.Replace("\\\"", "\"") : line;
            if (Unset().Match(text) is { Success: true } variable)
            {
                unset.Add(variable.Groups[1].Value);
            }
            else if (!others.Contains(text))
            {
                others.Add(text);
            }
        }

        return unset.Count == 0 ? others : [.. NotSet(unset, files, paths), .. others];
    }

    private static IEnumerable<string> NotSet(SortedSet<string> names, IEnumerable<string> files, ProjectPaths paths)
    {
        var reads = files.Where(File.Exists).SelectMany(file => ComposeReads.Find(paths.Relative(file), File.ReadAllText(file)))
            .ToLookup(read => read.Name);
        var places = names.Select(name => reads[name].FirstOrDefault() is { } read ? $"{name} ({read.File}:{read.Line})" : name);
        yield return $"Not set in any layer, so empty in the compose files: {string.Join(", ", places)}.";
        var plain = Path.Combine(paths.Root, PlainEnvFile);
        if (File.Exists(plain) && Set(plain).Intersect(names).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } there)
        {
            yield return $"{PlainEnvFile} sets {string.Join(", ", there)}, but no layer reads that file. Add it to prepare.env.sources in "
                + $"etc/harbor.yaml: - {{ type: dotenv, file: {PlainEnvFile} }}";
        }
    }

    private static IEnumerable<string> Set(string file)
    {
        try
        {
            return DotenvFile.Parse(File.ReadAllBytes(file), file).Entries
                .Where(entry => entry.Text is not null).Select(entry => entry.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [GeneratedRegex("""level=warning msg="((?:[^"\\]|\\.)*)"$""")]
    private static partial Regex Message();

    [GeneratedRegex("""^The "([^"]+)" variable is not set\. Defaulting to a blank string\.?$""")]
    private static partial Regex Unset();
}
