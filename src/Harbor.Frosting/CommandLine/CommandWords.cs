using System.Globalization;

namespace Harbor.Frosting;

/// <summary>Resolves words used instead of <c>--target</c>: <c>deploy</c>, <c>up</c>, <c>run prepare</c>.</summary>
internal sealed class CommandWords(Vocabulary vocabulary, List<string> problems)
{
    private readonly List<string> _own = [];

    /// <summary>True if the words name no target.</summary>
    public bool AreUnknown { get; private set; }

    /// <summary>How the words were understood, if that is not obvious.</summary>
    public string? Note { get; private set; }

    /// <summary>Returns the options with the words replaced by a target, and with aliases replaced by task names.</summary>
    /// <param name="at">Index among the options at which the words occur.</param>
    /// <param name="rest">Words for the target that follow <c>--</c>.</param>
    public List<KeyValuePair<string, string>> Resolve(
        IReadOnlyList<KeyValuePair<string, string>> options, IReadOnlyList<string> words, int at, IReadOnlyList<string> rest)
    {
        var resolved = options.Select(option => option.Key == "target" ? new(option.Key, Name(option.Value)) : option).ToList();
        if (words is [var help, ..] && help.Equals("help", StringComparison.OrdinalIgnoreCase) && vocabulary.Find(help) is null)
        {
            resolved.Add(new("help", "true"));
            words = [.. words.Skip(1)];
        }

        else if (words is [var completion, var shell] && completion.Equals("completion", StringComparison.OrdinalIgnoreCase)
            && CommandOption.Completion.Suggestions.Contains(shell))
        {
            resolved.Add(new("completion", shell));
            words = [];
        }

        if (words.Count > 0 && Word(words) is { } target)
        {
            resolved.Insert(at, new("target", target));
        }

        _own.AddRange(rest);
        resolved.AddRange(_own.Select(word => KeyValuePair.Create(TakesWordsAttribute.Argument, word)));
        if (rest.Count > 0 && !resolved.Exists(option => option.Key == "target" && vocabulary.Find(option.Value) is { Words: not null }))
        {
            problems.Add($"Unexpected '-- {rest[0]}': no target of this run takes words.");
        }

        return resolved;
    }

    /// <summary>A name that is not a written task is kept, because it may be a step of one.</summary>
    private string Name(string target) => vocabulary.Find(target)?.Name ?? target;

    private string? Word(IReadOnlyList<string> words)
    {
        if (vocabulary.Find(words) is { } named)
        {
            var task = named.Task;
            if (task.Words is not null)
            {
                Note = named.IsSwapped ? $"'{words[0]} {words[1]}' is taken as '{words[1]} {words[0]}'." : null;
                _own.AddRange(named.Own);
                return task.Name;
            }

            if (task.RefusedWords is { } advice && named.Own is [var refused, ..])
            {
                problems.Add($"Unexpected word '{refused}'. {string.Format(CultureInfo.InvariantCulture, advice, refused)}");
                return task.Name;
            }

            problems.AddRange(named.Own.Select(word =>
                $"Unexpected word '{word}': '{task.Name.ToLowerInvariant()}' is already the target. Give a second target as " +
                    $"--target={word}."));
            return task.Name;
        }

        problems.Add(vocabulary.Hint(words[0]) ?? Nearest(words));
        AreUnknown = true;
        return null;
    }

    private string Nearest(IReadOnlyList<string> words)
    {
        var first = words[0] + " ";
        var seconds = vocabulary.VisibleWords.Where(known => known.StartsWith(first, StringComparison.OrdinalIgnoreCase))
            .Select(known => known[first.Length..]).ToList();
        return seconds.Count == 0
            ? $"There is no target '{words[0]}'.{NearestName.Hint(words[0], vocabulary.VisibleWords)}"
            : $"'{words[0]}' takes one of {string.Join(", ", seconds)}"
                + (words.Count > 1 ? $", not '{words[1]}'.{NearestName.Hint(words[1], seconds)}" : ".");
    }
}
