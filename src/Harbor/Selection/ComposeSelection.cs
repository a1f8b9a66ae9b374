namespace Harbor.Selection;

/// <summary>Turns services, options and capabilities into the ordered list of compose files. Reads nothing: names in, names out.</summary>
public static class ComposeSelection
{
    /// <exception cref="InvalidStackException">Unknown services and include patterns, all of them.</exception>
    public static SelectionResult Select(ComposeFolder folder, SelectionRules rules, SelectionRequest request)
    {
        var words = new SelectionWords(rules, request);
        ThrowIfUnknown(folder, words);
        var rule = new SelectionRule(folder, rules, words);
        var first = new List<string>(rules.Base);
        var taken = new List<string>();
        foreach (var name in folder.Names)
        {
            if (rule.Takes(name) && !first.Contains(name))
            {
                taken.Add(name);
            }
        }

        taken.Sort(ComposeFileName.Compare);
        var services = new List<string>(words.Services.Words);
        foreach (var name in taken)
        {
            if (ComposeFileName.Service(name) is { } service && !words.KnownCapabilities.Contains(service))
            {
                services.Add(service);
            }
        }

        return new SelectionResult(
            [.. first, .. taken],
            new WordSet(services).Words,
            words.Options.Words,
            words.Capabilities.Words,
            [.. Warnings(folder, first, words, rule), .. Twice(taken)]);
    }

    /// <summary>Why each file of the folder is selected or not; selected ones first, in their order.</summary>
    /// <inheritdoc cref="Select" path="/exception"/>
    public static IReadOnlyList<FileReason> Explain(ComposeFolder folder, SelectionRules rules, SelectionRequest request)
    {
        var rule = new SelectionRule(folder, rules, new SelectionWords(rules, request));
        var selected = Select(folder, rules, request).Files;
        return
        [
            .. selected.Select(name => new FileReason(name, true, rules.Base.Contains(name) ? "base file" : rule.Why(name))),
            .. folder.Names.Except(selected).Order(StringComparer.Ordinal).Select(name => new FileReason(name, false, rule.Why(name))),
            .. folder.Refused.Except(selected).Order(StringComparer.Ordinal)
                .Select(name => new FileReason(name, false, "not a compose file: compose.<word>.yml was expected")),
        ];
    }

    private static void ThrowIfUnknown(ComposeFolder folder, SelectionWords words)
    {
        var problems = new List<Problem>();
        foreach (var service in words.Services.Words)
        {
            if (!folder.HasService(service) && service != SelectionWords.Star)
            {
                problems.Add(new Problem(null, 0, 0, Unknown(folder, service)));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }
    }

    private static string Unknown(ComposeFolder folder, string service)
    {
        var hint = Nearest.Hint(service, folder.Services);
        var overlay = folder.Names.Where(name => name.Contains($".{service}.", StringComparison.Ordinal)).Min(StringComparer.Ordinal);
        var known = folder.Services.Count is > 0 and <= 10 ? $" Known: {string.Join(", ", folder.Services)}." : "";
        return $"Unknown service '{service}': there is no compose.{service}.yml."
            + (overlay is not null ? $" It is a word of {overlay}: name it as an option." : hint.Length > 0 ? hint : known);
    }

    private static List<string> Warnings(ComposeFolder folder, List<string> baseFiles, SelectionWords words, SelectionRule rule)
    {
        var warnings = new List<string>();
        foreach (var name in baseFiles)
        {
            if (!folder.Contains(name))
            {
                warnings.Add($"The base file {name} does not exist.");
            }
        }

        foreach (var word in words.Named.Words)
        {
            if (word != SelectionWords.Star && !IsMentioned(folder, rule, word))
            {
                warnings.Add(Unmatched(folder, words, word));
            }
        }

        return warnings;
    }

    /// <summary>One name with both extensions: Compose, which prefers one, would be asked for two different things.</summary>
    private static IEnumerable<string> Twice(List<string> taken) =>
        from name in taken
        where name.EndsWith(".yaml", StringComparison.Ordinal)
        let other = $"{name[..^".yaml".Length]}.yml"
        where taken.Contains(other)
        select $"{other} and {name} are both selected and merged. Compose would take one of them: delete the other, or rename it.";

    private static string Unmatched(ComposeFolder folder, SelectionWords words, string word)
    {
        var (kind, known) = words.Options.Contains(word) ? ("Option", Tokens(folder)) : ("Capability", words.KnownCapabilities.Words);
        var hint = words.KnownCapabilities.Contains(word) ? "" : Nearest.Hint(word, known);
        return $"{kind} '{word}' matches no compose file.{hint}";
    }

    private static bool IsMentioned(ComposeFolder folder, SelectionRule rule, string word)
    {
        foreach (var name in folder.Names)
        {
            if (rule.Mentions(name, word))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Tokens(ComposeFolder folder) => folder.Names.SelectMany(name => name.Split('.')[1..^1]).Distinct();
}
