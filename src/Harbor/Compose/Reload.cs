using System.Text.Json;
using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>How the containers of a service take in changed files without being recreated: its label <c>harbor.reload</c>.</summary>
/// <param name="Command">Run in the container; empty: the container is restarted.</param>
public sealed record Reload(IReadOnlyList<string> Command)
{
    public const string Label = "harbor.reload";

    public bool IsRestart => Command.Count == 0;

    /// <summary>
    /// <c>restart</c>; or as in a Dockerfile, a program with its arguments as a JSON array, else a line for the container's shell. Null
    /// where it is none of these.
    /// </summary>
    public static Reload? Parse(string label)
    {
        var text = label.Trim();
        return text switch
        {
            "" => null,
            "restart" => new Reload([]),
            ['[', .., ']'] => Words(text) is [{ Length: > 0 }, ..] words ? new Reload(words) : null,
            _ => new Reload(["sh", "-c", text]),
        };
    }

    /// <exception cref="InvalidStackException">Labels that Harbor can't use: all of them, each with its place.</exception>
    /// <param name="files">The compose files as the user wrote them, absolute.</param>
    public static void ThrowIfUnusable(ResolvedModel model, IReadOnlyList<string> files, string root)
    {
        var problems = new List<Problem>();
        foreach (var service in model.Services.Values.Where(service => service is { HasReloadLabel: true, Reload: null }))
        {
            var place = files.Select(file => (File: file, Node: Find(file, service.Name))).LastOrDefault(place => place.Node is not null);
            problems.Add(new Problem(
                place.File is null ? null : new ProjectPaths(root).Relative(place.File),
                place.Node?.At.Line ?? 0,
                place.Node?.At.Column ?? 0,
                $"Service {service.Name}: '{service.Labels[Label]}' is not a {Label}. Write a command for the container's shell " +
                """(nginx -s reload), a program with its arguments as a JSON array (["nginx", "-s", "reload"]), or: restart""")
            {
                ShowsLine = true,
            });
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException(
                [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)]);
        }
    }

    private static string[]? Words(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.EnumerateArray().Any(word => word.ValueKind != JsonValueKind.String)
                ? null : [.. json.RootElement.EnumerateArray().Select(word => word.GetString()!)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The label in a compose file, whether its labels are a map or a list; null where it has none.</summary>
    private static YamlNode? Find(string file, string service) => YamlTree.ReadCompose(File.ReadAllText(file), file)
        .Select(document => document["services"]?[service]?["labels"])
        .Select(labels => labels is YamlList list
            ? list.Items.FirstOrDefault(label => label is YamlScalar { Value: var text }
                && text.StartsWith(Label + "=", StringComparison.Ordinal))
            : labels?[Label])
        .LastOrDefault(node => node is not null);
}
