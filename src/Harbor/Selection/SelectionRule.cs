namespace Harbor.Selection;

/// <summary>The rule that decides on one file by its name (av/harbor's, v0.5.5).</summary>
internal sealed partial class SelectionRule
{
    private readonly SelectionWords _words;
    private readonly IncludePatterns _include;
    private readonly WordSet _services;

    /// <summary>Words with dots, each between two dots: several tokens of a name.</summary>
    private readonly string[] _runs;
    private readonly bool _tree;
    private readonly bool _overlays;

    public SelectionRule(ComposeFolder folder, SelectionRules rules, SelectionWords words)
    {
        _words = words;
        _include = new IncludePatterns(rules.Include);
        _services = folder.ServiceWords;
        var star = words.All.Contains(SelectionWords.Star);
        _tree = star && rules.Wildcard == Wildcard.Tree;
        _overlays = star && rules.Wildcard == Wildcard.Services;
        var runs = new List<string>();
        foreach (var word in words.All.Words)
        {
            if (word.Contains('.'))
            {
                runs.Add($".{word}.");
            }
        }

        _runs = [.. runs];
    }

    public bool Takes(string name) =>
        _include.Admits(name) && (ComposeFileName.IsCross(name) ? TakesCross(name) : TakesPlain(name));

    /// <summary>True if a word is between dots in the name of an admitted file, whether the file is taken or not.</summary>
    public bool Mentions(string name, string word)
    {
        var at = name.IndexOf(word, StringComparison.Ordinal);
        while (at > 0 && !(name[at - 1] == '.' && at + word.Length < name.Length && name[at + word.Length] == '.'))
        {
            at = name.IndexOf(word, at + 1, StringComparison.Ordinal);
        }

        return at > 0 && _include.Admits(name);
    }

    private bool TakesPlain(string name)
    {
        var tokens = ComposeFileName.PlainTokens(name);
        var capability = false;
        while (ComposeFileName.Next(ref tokens, out var token))
        {
            if (_words.All.Contains(token))
            {
                return true;
            }

            capability |= _tree && _words.KnownCapabilities.Contains(token);
        }

        return (_tree && !capability && name != "compose.yml") || HasRun(name);
    }

    private bool HasRun(string name)
    {
        foreach (var run in _runs)
        {
            if (name.Contains(run, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private bool TakesCross(string name)
    {
        var tokens = ComposeFileName.CrossTokens(name);
        var (covered, ofSelectedService) = (false, false);
        while (ComposeFileName.Next(ref tokens, out var token))
        {
            if (_words.All.Contains(token))
            {
                ofSelectedService |= _overlays && IsService(token);
            }
            else if (RestOfRun(token, tokens) is >= 0 and var rest)
            {
                tokens = tokens[rest..];
                ofSelectedService |= _overlays;
            }
            else if (Covers(token))
            {
                covered = true;
            }
            else
            {
                return false;
            }
        }

        return !covered || _tree || ofSelectedService;
    }

    /// <summary>Where a word with dots is the token and what follows: how much of that it takes. Else -1.</summary>
    private int RestOfRun(ReadOnlySpan<char> token, ReadOnlySpan<char> tokens)
    {
        foreach (var run in _runs)
        {
            var word = run.AsSpan(1);
            if (word.Length > token.Length + 1 && word.StartsWith(token) && word[token.Length] == '.'
                && $"{tokens}.".AsSpan().StartsWith(word[(token.Length + 1)..]))
            {
                return Math.Min(tokens.Length, word.Length - token.Length - 1);
            }
        }

        return -1;
    }

    /// <summary>Whether the wildcard takes the place of a token that was not asked for.</summary>
    private bool Covers(ReadOnlySpan<char> token) =>
        (_tree && !_words.KnownCapabilities.Contains(token))
        || (_overlays && !_words.KnownCapabilities.Contains(token) && !_services.Contains(token));

    private bool IsService(ReadOnlySpan<char> token) => _services.Contains(token) && !_words.KnownCapabilities.Contains(token);
}
