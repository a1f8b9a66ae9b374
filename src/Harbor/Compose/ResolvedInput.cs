using System.Text.Json.Nodes;

namespace Harbor.Compose;

/// <summary>
/// Compose needs variables of this machine to work on the engine (DOCKER_HOST, SSH_AUTH_SOCK), and fills in compose files from the same
/// environment. Where a file mentions such a name, Compose is given the project that it resolved without them.
/// </summary>
internal static class ResolvedInput
{
    /// <summary>Null where no file mentions a variable of this machine: Compose may read the files themselves.</summary>
    /// <exception cref="InvalidStackException">A secret or config is made from such a variable.</exception>
    public static string? Find(ComposeProject project, ComposeInputs inputs, ResolvedModel model)
    {
        var names = project.MachineOnly();
        ThrowIfUsed(model, names);
        return inputs.Unknown.Count > 0 || inputs.Paths.Any(path => Mentions(path, names)) ? WithoutNames(model.Text, names) : null;
    }

    private static void ThrowIfUsed(ResolvedModel model, IReadOnlyList<string> names)
    {
        var problems = model.Secrets.Select(secret => (Kind: "secret", Name: secret.Key, secret.Value.Variable))
            .Concat(model.Configs.Select(config => (Kind: "config", Name: config.Key, config.Value.Variable)))
            .Where(definition => definition.Variable is { } name && names.Contains(name))
            .Select(definition => new Problem(null, 0, 0,
                $"The {definition.Kind} '{definition.Name}' is made from {definition.Variable}, which is a variable of this machine "
                + "and not of the stack. Set another name in a layer, and take it from that."))
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }
    }

    /// <summary>As a whole word. A file that can't be read counts as one that does.</summary>
    private static bool Mentions(string path, IReadOnlyList<string> names)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            var text = File.ReadAllText(path);
            return names.Any(name => IsWordIn(text, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static bool IsWordIn(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsNamePart(text[at - 1])) && (end == text.Length || !IsNamePart(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>A name without a value would be looked up again, in the environment that Compose itself needs.</summary>
    private static string WithoutNames(string text, IReadOnlyList<string> names)
    {
        var root = JsonNode.Parse(text)!.AsObject();
        foreach (var (_, service) in root["services"] as JsonObject ?? [])
        {
            RemoveUnset(service?["environment"] as JsonObject, names);
            RemoveUnset((service?["build"] as JsonObject)?["args"] as JsonObject, names);
        }

        return root.ToJsonString();
    }

    private static void RemoveUnset(JsonObject? variables, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (variables is not null && variables.TryGetPropertyValue(name, out var value) && value is null)
            {
                variables.Remove(name);
            }
        }
    }
}
