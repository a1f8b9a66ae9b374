namespace Harbor.Frosting;

/// <summary>
/// Generates scripts for shells that complete targets, aliases, options and known values. The scripts contain all words, so that
/// completion starts no program.
/// </summary>
internal sealed partial class Completion
{
    private readonly string _command;
    private readonly string _program;
    private readonly string _function;
    private readonly Vocabulary _vocabulary;
    private readonly List<DeclaredTask> _targets;

    public Completion(string command, Vocabulary vocabulary)
    {
        (_command, _vocabulary) = (command, vocabulary);
        _program = command[(command.LastIndexOf('/') + 1)..];
        _function = string.Concat(_program.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        _targets = [.. vocabulary.Tasks.Where(task => task.Group is not null).OrderBy(task => task.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public string Format(string shell) => (shell switch
    {
        "bash" => Bash(),
        "zsh" => Zsh(),
        _ => Fish(),
    }).ReplaceLineEndings("\n");

    private string Names => string.Join(' ', _targets.Select(task => task.Name));

    /// <summary>The possible first words.</summary>
    private IEnumerable<string> Verbs =>
        _vocabulary.VisibleWords.Select(words => words.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The possible second words, by the first word.</summary>
    private IEnumerable<IGrouping<string, string>> SecondWords =>
        from words in _vocabulary.VisibleWords
        let two = words.Split(' ')
        where two.Length == 2
        group two[1] by two[0];

    private IEnumerable<DeclaredTask> WithOptions => _targets.Where(task => _vocabulary.OptionsOf([task]).Count > 0);

    private IEnumerable<CommandOption> WithValue => _vocabulary.Options.Where(option => option.Value is not null);

    /// <summary>The options with known values.</summary>
    private IEnumerable<CommandOption> WithSuggestions => _vocabulary.Options.Where(option => option.Suggestions.Count > 0);

    private IEnumerable<CommandOption> WithFile => WithValue.Where(IsFile);

    private static bool IsFile(CommandOption option) => option.Value is "PATH" or "DIR" or "FILE";

    /// <summary>A pattern for a shell's <c>case</c>.</summary>
    private static string Pattern(IEnumerable<CommandOption> options) =>
        string.Join('|', options.Select(option => option.Short is { } letter ? $"--{option.Name}|-{letter}" : $"--{option.Name}")
            .DefaultIfEmpty("--"));

    private static string Pattern(DeclaredTask task) =>
        string.Join('|', Vocabulary.Words(task).Select(words => words.Contains(' ', StringComparison.Ordinal) ? $"'{words}'" : words));

    private static string Typed(CommandOption option) => option.Value is null ? $"--{option.Name}" : $"--{option.Name}=";

    private static string Typed(IEnumerable<CommandOption> options) => string.Join(' ', options.Select(Typed));

    private static string Lines<T>(IEnumerable<T> items, Func<T, string> line) => string.Join('\n', items.Select(line));
}
