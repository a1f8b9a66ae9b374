namespace Harbor.Frosting;

/// <summary>
/// Everything that may be typed: options of every run, targets with their options and aliases, and hints for words that are no targets.
/// </summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, DeclaredTask> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Type, DeclaredTask> _byType = [];
    private readonly IReadOnlyDictionary<string, string> _hints;
    private ILookup<Type, DeclaredTask>? _dependees;

    public Vocabulary(IReadOnlyList<CommandOption> global, IReadOnlyList<DeclaredTask> tasks, IReadOnlyDictionary<string, string> hints)
    {
        (Global, Tasks, _hints) = (global, tasks, hints);
        foreach (var task in tasks)
        {
            _byType[task.Type] = task;
            _ = _byName.TryAdd(task.Name, task); // The graph reports duplicate names.
        }

        foreach (var task in tasks)
        {
            task.Aliases.ForEach(alias => _byName.TryAdd(alias, task));
        }

        CommandOption[] output = tasks.Any(task => task.HasDocument) ? [CommandOption.Output] : [];
        Options = [.. global.Concat(output).Concat(tasks.SelectMany(task => task.OwnOptions)).DistinctBy(option => option.Name)];
    }

    public static Vocabulary Empty { get; } = new([], [], new Dictionary<string, string>());

    /// <summary>The options of every run.</summary>
    public IReadOnlyList<CommandOption> Global { get; }

    /// <summary>All options, each once.</summary>
    public IReadOnlyList<CommandOption> Options { get; }

    public IReadOnlyList<DeclaredTask> Tasks { get; }

    /// <summary>Finds a task by name or alias.</summary>
    public DeclaredTask? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The task that the first words name; null if they name none.</summary>
    public NamedTask? Find(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
        {
            return null;
        }

        var matched = Tasks.SelectMany(task => task.Aliases.Select(alias => NamedTask.Match(task, alias, words)));
        if (matched.FirstOrDefault(named => named is not null) is { } found)
        {
            return found;
        }

        if (words.Count > 1 && Find($"{words[0]} {words[1]}") is { } two)
        {
            return new NamedTask(two, [.. words.Skip(2)]);
        }

        return Find(words[0]) is { } one ? new NamedTask(one, [.. words.Skip(1)]) : Swapped(words);
    }

    /// <summary><c>web logs</c> for <c>logs web</c>.</summary>
    private NamedTask? Swapped(IReadOnlyList<string> words) =>
        words.Count > 1 && Hint(words[0]) is null && !IsFirstWord(words[0]) && Find(words[1]) is { Words: not null, Group: not null } task
            ? new NamedTask(task, [words[0], .. words.Skip(2)]) { IsSwapped = true } : null;

    private bool IsFirstWord(string word) =>
        VisibleWords.Any(known => known.StartsWith($"{word} ", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the words are a target with as many as it takes before a command.</summary>
    /// <param name="next">What follows: <c>gepa</c> is a target, and <c>gepa replay</c> is another one.</param>
    public bool IsCommand(IReadOnlyList<string> words, string next) =>
        Find(words) is { Task.Words: { CommandAfter: >= 0 } taken } named && named.Own.Count == taken.CommandAfter
            && Find($"{string.Join(' ', words)} {next}") is null;

    /// <summary>The words that name the task: its name, then its aliases.</summary>
    public static IEnumerable<string> Words(DeclaredTask task) => task.Aliases.Prepend(task.Name.ToLowerInvariant());

    /// <summary>The names that help and completion show; not those of one letter.</summary>
    public IEnumerable<string> VisibleWords => Tasks.Where(task => task.Group is not null).SelectMany(Words)
        .Where(words => words.Length > 1);

    /// <summary>The alternative to a word that is no target; null for any other name.</summary>
    public string? Hint(string name) => _byName.ContainsKey(name) || !_hints.TryGetValue(name.ToLowerInvariant(), out var hint)
        ? null
        : $"There is no target '{name}'. {hint}";

    /// <summary>The options of the targets and of all their dependencies, and --output if a target prints a document.</summary>
    /// <param name="expanded">Further tasks of the run, on which expanded tasks depend.</param>
    public IReadOnlyList<CommandOption> OptionsOf(
        IReadOnlyCollection<DeclaredTask> targets, params IReadOnlyCollection<DeclaredTask> expanded) =>
    [
        .. Reached(targets.Concat(expanded)).SelectMany(task => task.OwnOptions).DistinctBy(option => option.Name),
        .. targets.Any(target => target.HasDocument) ? (CommandOption[])[CommandOption.Output] : [],
    ];

    /// <summary>One line for each given option that no task of this run takes.</summary>
    /// <param name="names">The targets' names.</param>
    public IEnumerable<string> Refusals(
        IEnumerable<string> given,
        IReadOnlyList<string> names,
        IReadOnlyCollection<DeclaredTask> targets,
        params IReadOnlyCollection<DeclaredTask> expanded)
    {
        var others = given.Distinct().Where(name => !Global.Any(option => option.Name == name)).ToList();
        if (others.Count == 0)
        {
            return [];
        }

        var taken = OptionsOf(targets, expanded).Select(option => option.Name).ToHashSet();
        var refuse = $"{string.Join(" and ", names)} {(names.Count == 1 ? "does" : "do")} not take it";
        return others.Where(name => !taken.Contains(name))
            .Select(name => $"--{name}: {refuse}. Targets that do: {string.Join(", ", Taking(name))}.");
    }

    private IEnumerable<string> Taking(string option) => Tasks
        .Where(task => task.Group is not null && OptionsOf([task]).Any(other => other.Name == option))
        .Select(task => task.Name).Order(StringComparer.OrdinalIgnoreCase);

    private HashSet<DeclaredTask> Reached(IEnumerable<DeclaredTask> targets)
    {
        _dependees ??= Tasks.SelectMany(task => task.DependeeOf.Select(type => KeyValuePair.Create(type, task)))
            .ToLookup(pair => pair.Key, pair => pair.Value);
        var (reached, pending) = (new HashSet<DeclaredTask>(), new Stack<DeclaredTask>(targets));
        while (pending.TryPop(out var task))
        {
            if (reached.Add(task))
            {
                var needed = task.DependsOn.Select(type => _byType.GetValueOrDefault(type)).OfType<DeclaredTask>();
                foreach (var next in needed.Concat(_dependees[task.Type]))
                {
                    pending.Push(next);
                }
            }
        }

        return reached;
    }
}
