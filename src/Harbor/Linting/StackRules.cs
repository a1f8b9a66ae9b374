using System.Buffers;
using System.Text.RegularExpressions;
using Harbor.Compose;
using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Linting;

/// <summary>The parts of a stack that the rules compare, for all profiles, services and sites.</summary>
/// <param name="Environments">One without a site and one for each site, with overridden values.</param>
/// <param name="Services">The services of all profiles, and those with their own compose file.</param>
/// <param name="ComposeTexts">The text of every compose file.</param>
/// <param name="WholeFiles">Dotenv files that a container gets whole (<c>env_file</c>), relative to the root.</param>
/// <param name="Missing">Secrets files that are not on this machine, so that their variables are unknown.</param>
public sealed record StackParts(
    IReadOnlyList<StackEnvironment> Environments,
    IReadOnlyList<string> Services,
    IReadOnlyList<VariableRead> Reads,
    IReadOnlyList<TemplateFile> Templates,
    IReadOnlyList<string> ComposeTexts,
    IReadOnlyList<string> WholeFiles,
    IReadOnlyList<string> Missing);

/// <summary>Finds variables that are never read or never set, and templates that are never rendered or mounted.</summary>
public static partial class StackRules
{
    public const string Unused = "unused-variable";
    public const string Undefined = "undefined-variable";
    public const string Template = "template-without-reader";

    private const string Run = "var/run/";
    private static readonly SearchValues<char> PathEnd = SearchValues.Create(" :,\"'}]\r\n\t$");

    public static IReadOnlyList<Finding> Find(StackParts parts) =>
        [.. UnusedVariables(parts), .. UndefinedVariables(parts), .. UnmountedTemplates(parts)];

    /// <summary>Finds template folders that are not named after a service.</summary>
    /// <param name="folders">Folders with templates, by name, each with one of its files.</param>
    public static IEnumerable<Finding> Orphans(IReadOnlyDictionary<string, string> folders, IReadOnlyCollection<string> services) =>
        folders.Where(folder => !services.Contains(folder.Key)).OrderBy(folder => folder.Key, StringComparer.Ordinal)
            .Select(folder => Finding.Create(folder.Value, 0, Template, isError: false, folder.Key,
                $"is never rendered, because there is no service {folder.Key}.{Nearest.Hint(folder.Key, services)} " +
                $"Rename the folder to a service, or delete it."));

    private static IEnumerable<Finding> UnusedVariables(StackParts parts)
    {
        var read = parts.Reads.Select(use => use.Name).ToHashSet();
        return parts.Environments.SelectMany(environment => parts.Services.Select(environment.For).Prepend(environment.Shared))
            .SelectMany(values => values)
            .Where(variable => !read.Contains(variable.Key))
            .SelectMany(variable => Chain(variable.Value).Select(value => (Name: variable.Key, value.Origin)))
            .Where(set => set.Origin is { File: { } file, Line: > 0 } && !parts.WholeFiles.Contains(file))
            .Distinct().OrderBy(set => set.Name, StringComparer.Ordinal)
            .Select(set => Finding.Create(set.Origin.File!, set.Origin.Line, Unused, isError: false,
                set.Name, $"{set.Name} is not used in any template, compose file, step, hook or other value. Remove it, or use it."));
    }

    private static IEnumerable<Finding> UndefinedVariables(StackParts parts)
    {
        if (parts.Missing.Count > 0)
        {
            return parts.Missing.Select(
                file => Finding.Create(
                file, 0, Undefined, isError: false, file, "does not exist here, so undefined variables can't be found."));
        }

        var shared = parts.Environments.SelectMany(environment => environment.Shared.Keys).ToHashSet();
        var byService = parts.Services.ToDictionary(
            service => service, service => parts.Environments.SelectMany(environment => environment.For(service).Keys).ToHashSet());
        var any = byService.Values.SelectMany(names => names).Concat(shared).ToHashSet();
        return parts.Reads.Where(read => read.IsRequired
            && !(read.Kind == ReaderKind.Compose && ComposeProject.BuiltInVariables.Contains(read.Name))
            && !(read.Service is null ? any : byService.GetValueOrDefault(read.Service, shared)).Contains(read.Name)).Distinct()
            .Select(read => Finding.Create(read.File, read.Line, Undefined, isError: true, read.Name,
                $"{read.Name} is not set in any layer.{Nearest.Hint(read.Name, any)} Set it, or give it a default here."));
    }

    /// <summary>A compose file must mention the output or a folder above it. After a <c>$</c>, any path may follow.</summary>
    private static IEnumerable<Finding> UnmountedTemplates(StackParts parts)
    {
        var unmounted = Unmounted(parts.Templates, parts.ComposeTexts);
        return (unmounted.Count == 0 ? unmounted : Unmounted(unmounted, FilledIn(parts)))
            .Select(template => Finding.Create(template.Source, 0, Template, isError: false, template.Target,
                $"renders to {Run}{template.Target}, but no compose file mounts that. Mount it, or delete the template."));
    }

    private static List<TemplateFile> Unmounted(IReadOnlyList<TemplateFile> templates, IEnumerable<string> composeTexts)
    {
        var mounted = composeTexts.SelectMany(Mounted).ToHashSet();
        return [.. templates.Where(template => !mounted.Any(path => Holds(path, template.Target)))];
    }

    /// <summary>Compose files with variables filled in, once for each service, because a variable may contain the path.</summary>
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

    /// <summary>Matches a mount of a folder above var/run, in the short or the long form.</summary>
    [GeneratedRegex(
        """(?:[\s"'\[,](?:\.{1,2}/?|\./var/?|\./var/run/?):[/$])|""" +
        """(?:\bsource:\s*["']?(?:\.{1,2}/?|\./var/?|\./var/run/?)["']?\s*(?:[,}#\r\n]|$))""")]
    private static partial Regex Parent();

    private static IEnumerable<EnvironmentValue> Chain(EnvironmentValue value)
    {
        for (var at = value; at is not null; at = at.Overrode)
        {
            yield return at;
        }
    }
}
