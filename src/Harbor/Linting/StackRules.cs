using System.Buffers;
using System.Text.RegularExpressions;
using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Linting;

/// <summary>What a stack's parts know of each other, all profiles, services and sites together.</summary>
/// <param name="Environments">One for each site, and one without; with history.</param>
/// <param name="Services">Of all profiles, and those with a compose file of their own.</param>
/// <param name="Templates">With the service that each belongs to.</param>
/// <param name="ComposeTexts">Of all compose files.</param>
/// <param name="WholeFiles">Dotenv files that Compose or a container gets whole (<c>env_file</c>), relative to the root.</param>
/// <param name="Missing">Files of secrets that are not on this machine: nobody knows what they would set.</param>
public sealed record StackParts(
    IReadOnlyList<StackEnvironment> Environments,
    IReadOnlyList<string> Services,
    IReadOnlyList<VariableRead> Reads,
    IReadOnlyList<TemplateFile> Templates,
    IReadOnlyList<string> ComposeTexts,
    IReadOnlyList<string> WholeFiles,
    IReadOnlyList<string> Missing);

/// <summary>Variables that nobody reads or nobody sets, templates that nobody renders or mounts.</summary>
public static partial class StackRules
{
    public const string Unused = "unused-variable";
    public const string Undefined = "undefined-variable";
    public const string Template = "template-without-reader";

    private const string Run = "var/run/";
    private static readonly SearchValues<char> PathEnd = SearchValues.Create(" :,\"'}]\r\n\t$");

    public static IReadOnlyList<Finding> Find(StackParts parts) => [.. UnusedVariables(parts), .. UndefinedVariables(parts), .. UnmountedTemplates(parts)];

    /// <summary>A folder of templates whose name is no service's.</summary>
    /// <param name="folders">The services' folders that have templates, by name, with one of their files.</param>
    public static IEnumerable<Finding> Orphans(IReadOnlyDictionary<string, string> folders, IReadOnlyCollection<string> services) =>
        folders.Where(folder => !services.Contains(folder.Key)).OrderBy(folder => folder.Key, StringComparer.Ordinal)
            .Select(folder => Finding.Of(folder.Value, 0, Template, isError: false, folder.Key,
                $"is rendered by no service: no profile and no compose file is named {folder.Key}.{Nearest.Hint(folder.Key, services)} Name the folder for a service, or delete it."));

    private static IEnumerable<Finding> UnusedVariables(StackParts parts)
    {
        var read = parts.Reads.Select(use => use.Name).ToHashSet();
        return parts.Environments.SelectMany(environment => parts.Services.Select(environment.For).Prepend(environment.Shared))
            .SelectMany(values => values)
            .Where(variable => !read.Contains(variable.Key))
            .SelectMany(variable => Chain(variable.Value).Select(value => (Name: variable.Key, value.Origin)))
            .Where(set => set.Origin is { File: { } file, Line: > 0 } && !parts.WholeFiles.Contains(file))
            .Distinct().OrderBy(set => set.Name, StringComparer.Ordinal)
            .Select(set => Finding.Of(set.Origin.File!, set.Origin.Line, Unused, isError: false, set.Name, $"{set.Name} is read by no template, compose file, step, hook or other value. Remove it, or use it."));
    }

    private static IEnumerable<Finding> UndefinedVariables(StackParts parts)
    {
        if (parts.Missing.Count > 0)
        {
            return parts.Missing.Select(file => Finding.Of(file, 0, Undefined, isError: false, file, "is not here, so what is set by no layer can't be told."));
        }

        var shared = parts.Environments.SelectMany(environment => environment.Shared.Keys).ToHashSet();
        var byService = parts.Services.ToDictionary(service => service, service => parts.Environments.SelectMany(environment => environment.For(service).Keys).ToHashSet());
        var any = byService.Values.SelectMany(names => names).Concat(shared).ToHashSet();
        return parts.Reads.Where(read => read.IsRequired && !(read.Service is null ? any : byService.GetValueOrDefault(read.Service, shared)).Contains(read.Name)).Distinct()
            .Select(read => Finding.Of(read.File, read.Line, Undefined, isError: true, read.Name,
                $"{read.Name} is set by no layer.{Nearest.Hint(read.Name, any)} Set it, or give it a default here."));
    }

    /// <summary>A file or folder that holds the output has to stand in a compose file; behind a <c>$</c> everything may.</summary>
    private static IEnumerable<Finding> UnmountedTemplates(StackParts parts)
    {
        var unmounted = Unmounted(parts.Templates, parts.ComposeTexts);
        return (unmounted.Count == 0 ? unmounted : Unmounted(unmounted, FilledIn(parts)))
            .Select(template => Finding.Of(template.Source, 0, Template, isError: false, template.Target, $"gives {Run}{template.Target}, which no compose file mounts. Mount it, or delete the template."));
    }

    private static List<TemplateFile> Unmounted(IReadOnlyList<TemplateFile> templates, IEnumerable<string> composeTexts)
    {
        var mounted = composeTexts.SelectMany(Mounted).ToHashSet();
        return [.. templates.Where(template => !mounted.Any(path => Holds(path, template.Target)))];
    }

    /// <summary>A variable may hold the path, or its beginning. Whoever sees it may be the one that is deployed alone.</summary>
    private static IEnumerable<string> FilledIn(StackParts parts) =>
        from environment in parts.Environments
        from values in parts.Services.Select(environment.For).Prepend(environment.Shared)
        from text in parts.ComposeTexts
        select Interpolation.Expand(text, name => values.GetValueOrDefault(name)?.Value, _ => { });

    private static bool Holds(string path, string target) => path.EndsWith('$')
        ? target.StartsWith(path[..^1], StringComparison.Ordinal)
        : path.Length == 0 || target == path || target.StartsWith(path + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Mounted(string text)
    {
        if (Parent().IsMatch(text))
        {
            yield return "";
        }

        for (var at = text.IndexOf(Run, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Run, at + 1, StringComparison.Ordinal))
        {
            var start = at + Run.Length;
            var length = text.AsSpan(start).IndexOfAny(PathEnd);
            var end = length < 0 ? text.Length : start + length;
            yield return end < text.Length && text[end] == '$' ? text[start..end] + "$" : text[start..end].TrimEnd('/');
        }
    }

    /// <summary>A folder around all that is rendered, mounted in the short form or the long one.</summary>
    [GeneratedRegex("""(?:[\s"'\[,](?:\.{1,2}/?|\./var/?|\./var/run/?):[/$])|(?:\bsource:\s*["']?(?:\.{1,2}/?|\./var/?|\./var/run/?)["']?\s*(?:[,}#\r\n]|$))""")]
    private static partial Regex Parent();

    private static IEnumerable<EnvironmentValue> Chain(EnvironmentValue value)
    {
        for (var at = value; at is not null; at = at.Overrode)
        {
            yield return at;
        }
    }
}
