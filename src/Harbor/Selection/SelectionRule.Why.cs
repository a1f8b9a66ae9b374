namespace Harbor.Selection;

internal sealed partial class SelectionRule
{
    /// <summary>The reason for <see cref="Takes"/>' answer, for the user.</summary>
    public string Why(string name) =>
        ComposeFileName.Defaults.Contains(name) ? "not named by source.rules.base"
        : !_include.Admits(name) ? "not admitted by source.rules.include"
        : ComposeFileName.IsCross(name) ? WhyCross(name)
        : WhyPlain(name);

    private string WhyPlain(string name)
    {
        var tokens = ComposeFileName.PlainTokens(name).ToString().Split('.');
        var kind = ComposeFileName.Service(name) is null ? "plain file" : "service file";
        var asked = tokens.Where(token => _words.All.Contains(token)).ToList();
        var capability = tokens.FirstOrDefault(token => _words.KnownCapabilities.Contains(token));
        return (Takes(name), asked.Count) switch
        {
            (true, > 0) => $"{kind}: {string.Join(", ", asked)} selected",
            (true, _) when HasRun(name) => $"{kind}: {string.Join('.', tokens)} selected",
            (true, _) => $"{kind}: covered by '*'",
            _ when _tree && capability is not null => $"{kind}: '*' does not cover the capability {capability}",
            _ when tokens.Length == 1 => $"{kind}: {tokens[0]} not selected",
            _ => $"{kind}: none of {string.Join(", ", tokens)} selected",
        };
    }

    private string WhyCross(string name)
    {
        var tokens = ComposeFileName.CrossTokens(name).ToString().Split('.').Distinct().ToList();
        var asked = tokens.Where(token => _words.All.Contains(token)).ToList();
        var covered = tokens.Where(token => !_words.All.Contains(token) && Covers(token)).ToList();
        var lacking = tokens.Except(asked).Except(covered).ToList();
        if (lacking.Count > 0)
        {
            return $"cross file: needs {string.Join(", ", lacking.Select(Lack))}";
        }

        if (!Takes(name))
        {
            return "cross file: '*' adds overlays of selected services only, and this is of none";
        }

        var by = asked.Count > 0 ? $"{string.Join(", ", asked)} selected" : "";
        var byWildcard = covered.Count > 0 ? $"{string.Join(", ", covered)} covered by '*'" : "";
        return $"cross file: {by}{(by.Length > 0 && covered.Count > 0 ? "; " : "")}{byWildcard}";
    }

    private string Lack(string token) =>
        _words.KnownCapabilities.Contains(token) ? $"{token}, a capability neither detected nor given" : $"{token}, which is not selected";
}
