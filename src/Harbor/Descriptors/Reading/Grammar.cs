using System.Buffers;
using Harbor.Environments;

namespace Harbor.Descriptors.Reading;

/// <summary>The rules for names and paths. <c>etc/harbor.schema.json</c> has the same rules as patterns.</summary>
internal static class Grammar
{
    private const string ServicePlaceholder = "${service}";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public static string? ProjectName(string value) => Descriptors.ProjectName.Fault(value);

    /// <summary>For services, profiles, capabilities and hooks, whose names become part of a path or a task's name.</summary>
    public static string? Name(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) && !value.AsSpan().ContainsAnyExcept(NameCharacters)
            && !value.Contains("..", StringComparison.Ordinal)
            ? null
            : "letters, digits, '_', '.' and '-', beginning with a letter or digit and without '..'";

    public static string? Option(string value) => value == "*" ? null : Name(value) is { } expected ? $"'*', or {expected}" : null;

    public static string? Variable(string value) =>
        value.Length > 0 && !char.IsAsciiDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? null
            : "letters, digits and '_', not beginning with a digit";

    /// <summary>The variable is set in the environment of a program on this machine, so it must not change how programs run.</summary>
    public static string? RunnerVariable(string value) => Variable(value)
        ?? (VariableNames.Refusal(value) is null
            ? null : "a name that changes no program of this machine, unlike PATH, LD_... and DOCKER_...");

    public static string? Duration(string value) => Reading.Duration.Parse(value) is null ? "a duration like 90s, 2m or 1h30m" : null;

    public static string? NotEmpty(string value) => value.Length == 0 ? "a text that is not empty" : null;

    public static string? Image(string value) =>
        value.Length > 0 && (char.IsAsciiLetterOrDigit(value[0]) || value[0] == '$')
            && !value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? null
            : "an image name like debian:bookworm";

    /// <summary>For a file that is only read; it may be outside the project.</summary>
    public static string? File(string value) =>
        value.Length > 0 && !value.Any(c => char.IsControl(c) || c == '$')
            ? null : "a path, relative to the project's root or absolute, without ${...}";

    public static string? FileName(string value) =>
        Plain(value) && value is not ("." or "..") && !value.Contains('/') && !value.AsSpan().ContainsAny("*?$")
            ? null : "a file name without folders and wildcards";

    public static string? BaseFile(string value)
    {
        var rest = value;
        while (rest.StartsWith("../", StringComparison.Ordinal))
        {
            rest = rest["../".Length..];
        }

        return rest.Length > 0 && Inside(rest) is null && !rest.EndsWith('/') && !rest.AsSpan().ContainsAny("*?")
            ? null : "a path relative to the folder of the compose files, without wildcards and with '..' only at its beginning";
    }

    public static string? FilePattern(string value) =>
        Plain(value) && !value.Contains('/') && OnlyPlaceholders(value, ServicePlaceholder, "${option}")
            ? null
            : "a file name pattern; only ${service} and ${option} are replaced in it";

    public static string? Inside(string value) => Relative(value) && !value.Contains('$')
        ? null : "a path inside the project, relative to its root, without '..' or ${...}";

    public static string? InsideForService(string value) =>
        Relative(value) && OnlyPlaceholders(value, ServicePlaceholder)
            ? null : "a path inside the project, relative to its root, without '..'; only ${service} is replaced in it";

    public static string? Rendered(string value) =>
        value.StartsWith("var/run/", StringComparison.Ordinal) && value.Length > 8 && value[8] != '/'
            && InsideForService(value) is null && !value.AsSpan().ContainsAny('*', '?')
            ? null
            : "a path under var/run/, without '..' or wildcards; only ${service} is replaced in it";

    public static Rule OneOf(IReadOnlyList<string> words) =>
        value => words.Contains(value) ? null : $"{(words.Count > 1 ? "one of " : "")}{string.Join(", ", words)}{HintOf(value, words)}";

    private static string HintOf(string value, IReadOnlyList<string> words) =>
        Nearest.Name(value, words) is { } name ? $" (did you mean '{name}'?)" : "";

    private static bool Relative(string value) =>
        Plain(value) && value[0] != '/' && !(value is [_, ':', ..] && char.IsAsciiLetter(value[0])) && !value.Split('/').Contains("..");

    private static bool Plain(string value) => value.Length > 0 && !value.Any(c => char.IsControl(c) || c == '\\');

    private static bool OnlyPlaceholders(string value, params ReadOnlySpan<string> placeholders)
    {
        foreach (var placeholder in placeholders)
        {
            value = value.Replace(placeholder, "", StringComparison.Ordinal);
        }

        return !value.Contains('$');
    }
}
