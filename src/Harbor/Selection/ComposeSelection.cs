namespace Harbor.Selection;

/// <summary>Turns services, options and capabilities into the ordered list of compose files. Reads nothing: names in, names out.</summary>
public static class ComposeSelection
{
    /// <exception cref="InvalidStackException">Unknown services and include patterns, all of them.</exception>
    public static SelectionResult Select(ComposeFolder folder, SelectionRules rules, SelectionRequest request)
    {
        var words = new SelectionWords(rules, request);
        var fromBase = FromBase(folder, words, request);
        var rule = new SelectionRule(folder, rules, words);
        IReadOnlyList<string> named = rules.Base ?? [folder.DefaultBase];
        var taken = new List<string>();
        foreach (var name in folder.Names)
        {
            if (rule.Takes(name) && !named.Contains(name))
            {
                taken.Add(name);
            }
        }

        taken.Sort(ComposeFileName.Compare);
        var first = BaseSelection.Find(folder, rules.Base, taken);
        var services = new List<string>(words.Services.Words);
        foreach (var name in taken)
        {
            if (ComposeFileName.Service(name) is { } service && !words.KnownCapabilities.Contains(service))
            {
                services.Add(service);
            }
        }

        return new SelectionResult(
            [.. first.Files, .. taken],
            new WordSet(services).Words,
            words.Options.Words,
            words.Capabilities.Words,
            [.. Warnings(folder, first.Files, words, rule), .. Twice(taken), .. first.Warnings],
            fromBase,
            first.Files);
    }

    /// <summary>Why each file of the folder is selected or not; selected ones first, in their order.</summary>
    /// <inheritdoc cref="Select" path="/exception"/>
    public static IReadOnlyList<FileReason> Explain(ComposeFolder folder, SelectionRules rules, SelectionRequest request)
    {
        var rule = new SelectionRule(folder, rules, new SelectionWords(rules, request));
        var (selected, first) = Select(folder, rules, request) is var result ? (result.Files, result.BaseFiles) : default;
        return
        [
            .. selected.Select(name => new FileReason(name, true, first.Contains(name) ? WhyFirst(name) : rule.Why(name))),
            .. folder.Names.Union(folder.Bases).Except(selected).Order(StringComparer.Ordinal)
                .Select(name => new FileReason(name, false, WhyNot(name))),
            .. folder.Refused.Except(selected).Order(StringComparer.Ordinal)
                .Select(name => new FileReason(name, false, "not a compose file: compose.<word>.yml was expected")),
        ];

        string WhyFirst(string name) => rules.Base is null && name == folder.Override
            ? "override file: nothing but the base file is selected, so that Compose would read it too" : "base file";

        string WhyNot(string name) => rules.Base is not null || !folder.Bases.Contains(name) ? rule.Why(name)
            : $"{folder.DefaultBase} is the base file, as in Compose";
    }

    /// <summary>The services without a file of their own. The base files have them.</summary>
    private static List<string> FromBase(ComposeFolder folder, SelectionWords words, SelectionRequest request)
    {
        var (found, problems) = (new List<string>(), new List<Problem>());
        foreach (var service in words.Services.Words)
        {
            if (folder.HasService(service) || service == SelectionWords.Star)
            {
                continue;
            }

            if (request.BaseServices.Value.Contains(service))
            {
                found.Add(service);
            }
            else
            {
                problems.Add(new Problem(null, 0, 0, Unknown(folder, [.. folder.Services.Union(request.BaseServices.Value)], service)));
            }
        }

        return problems.Count == 0 ? found : throw new InvalidStackException(problems);
    }

    private static string Unknown(ComposeFolder folder, List<string> services, string service)
    {
        services.Sort(string.CompareOrdinal);
        var hint = Nearest.Hint(service, services);
        var overlay = folder.Names.Where(name => name.Contains($".{service}.", StringComparison.Ordinal)).Min(StringComparer.Ordinal);
        var known = services.Count is > 0 and <= 10 ? $" Known: {string.Join(", ", services)}." : "";
        return $"Unknown service '{service}': "
            + (folder.Names.Any(ComposeFileName.MayBeOfService) ? $"there is no compose.{service}.yml." : "the base file does not have it.")
            + (overlay is not null ? $" It is a word of {overlay}: name it as an option." : hint.Length > 0 ? hint : known);
    }

    private static List<string> Warnings(ComposeFolder folder, IReadOnlyList<string> baseFiles, SelectionWords words, SelectionRule rule)
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
