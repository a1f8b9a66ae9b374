using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>The parsed command line. Option names ignore case, as in Cake; a flag's value is "true".</summary>
internal sealed class CommandLine
{
    /// <summary>Options with which no task runs, so that other options are not checked against targets.</summary>
    private static readonly string[] Questions = ["help", "completion", "description", "info", "version"];
    private readonly List<KeyValuePair<string, string>> _options;
    private readonly Vocabulary _vocabulary;

    private CommandLine(List<KeyValuePair<string, string>> options, Vocabulary vocabulary) =>
        (_options, _vocabulary) = (options, vocabulary);

    public IReadOnlyList<string> Targets => _options.FindAll(option => option.Key == "target").ConvertAll(option => option.Value);

    /// <summary>How its words were understood, if that is not obvious.</summary>
    public string? Note { get; private init; }

    public string? Working => Last("working");

    public string? Completion => Last("completion");

    public bool Json => Last("output") == "json";

    /// <summary>Of a command line that may be wrong.</summary>
    public static bool AsksForJson(IReadOnlyList<string> args) => args.Contains("--output=json")
        || Enumerable.Range(1, Math.Max(0, args.Count - 1)).Any(i => args[i] == "json" && args[i - 1] == "--output");

    public int? Parallel => Last("parallel") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;

    public Verbosity? Verbosity => Last("verbosity") is { } text && VerbosityParser.TryParse(text, out var verbosity) ? verbosity : null;

    /// <summary>The targets that are written tasks; the default task if there are none.</summary>
    public IReadOnlyList<DeclaredTask> Tasks => [.. TargetsOrDefault.Select(_vocabulary.Find).OfType<DeclaredTask>()];

    public IReadOnlyList<string> TargetsOrDefault => Targets is { Count: > 0 } given ? given : ["Default"];

    /// <summary>The alternative to a target that does not exist yet.</summary>
    public string? Hint(string target) => _vocabulary.Hint(target);

    public bool IsSet(string flag) => Last(flag) == "true";

    public CakeArguments ToArguments() =>
        new(_options.ToLookup(option => option.Key, option => option.Value, StringComparer.OrdinalIgnoreCase));

    /// <exception cref="InvalidGraphException">Lists all problems of the command line.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args, Vocabulary vocabulary)
    {
        var problems = new List<string>();
        var parser = new CommandLineParser(args, vocabulary.Options, vocabulary.IsCommand);
        var options = parser.Parse(problems);
        var words = new CommandWords(vocabulary, problems);
        var line = new CommandLine(words.Resolve(options, parser.Words, parser.WordsAt, parser.Rest), vocabulary) { Note = words.Note };
        line.PutFirst();
        problems.AddRange(line.Refusals(words.AreUnknown));
        return problems.Count == 0 ? line : throw new InvalidGraphException(problems);
    }

    /// <summary>Checks options again after expansion, because only then the options of expanded targets are known.</summary>
    /// <param name="parents">The written tasks that expand into a target.</param>
    /// <param name="reached">The written tasks of the run.</param>
    /// <exception cref="InvalidGraphException">Lists each option that no task of this run takes.</exception>
    public void ThrowIfIdle(IEnumerable<DeclaredTask> parents, IReadOnlyList<DeclaredTask> reached)
    {
        if (Tasks.Count < TargetsOrDefault.Count
            && _vocabulary.Refusals(Given, Targets, [.. Tasks, .. parents], reached).ToList() is { Count: > 0 } problems)
        {
            throw new InvalidGraphException(problems);
        }
    }

    private IEnumerable<string> Given =>
        _options.Select(option => option.Key).Where(name => name != TakesWordsAttribute.Argument);

    /// <summary>Problems that are known before expansion. A target that is not a written task may still be one of its steps.</summary>
    private IEnumerable<string> Refusals(bool unknown)
    {
        var tasks = Tasks;
        if (unknown || tasks.Count < TargetsOrDefault.Count
            || Questions.Any(IsSet) || Completion is not null || (IsSet("tree") && Targets.Count == 0))
        {
            return [];
        }

        var documents = Json ? tasks.Where(task => task.HasDocument).Select(task => task.Name).Distinct().ToList() : [];
        return
        [
            .. _vocabulary.Refusals(Given, [.. tasks.Select(task => task.Name).Distinct()], tasks),
            .. documents.Count < 2
                ? (string[])[]
                : [$"--output json: {string.Join(" and ", documents)} have a document each, and a run prints one. Run them one after " +
                    $"the other."],
        ];
    }

    private void PutFirst()
    {
        foreach (var option in _vocabulary.Global)
        {
            if (option.RunsFirst is { } target && IsSet(option.Name))
            {
                _options.Insert(0, new("target", target));
            }
        }
    }

    private string? Last(string name) => _options.FindLast(option => option.Key == name).Value;
}
