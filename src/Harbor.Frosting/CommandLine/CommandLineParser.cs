using System.Globalization;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>
/// Parses Cake's forms: <c>--name=value</c>, <c>--name value</c>, <c>-n value</c>, <c>-n=value</c>, <c>--flag</c>, <c>--flag=false</c>.
/// All other arguments are words.
/// </summary>
/// <param name="isCommand">Whether the words so far are a target, and the argument after them begins a program's command line.</param>
internal sealed class CommandLineParser(
    IReadOnlyList<string> args, IReadOnlyList<CommandOption> known, Func<IReadOnlyList<string>, string, bool> isCommand)
{
    private readonly List<KeyValuePair<string, string>> _options = [];
    private readonly List<string> _words = [];
    private readonly List<string> _problems = [];
    private int _next;

    public IReadOnlyList<string> Words => _words;

    /// <summary>What follows <c>--</c>, or the first word of a command.</summary>
    public IReadOnlyList<string> Rest { get; private set; } = [];

    /// <summary>Number of options before the first word.</summary>
    public int WordsAt { get; private set; }

    /// <param name="problems">Receives all problems.</param>
    public List<KeyValuePair<string, string>> Parse(List<string> problems)
    {
        while (_next < args.Count)
        {
            var arg = args[_next++];
            if (arg == "--" || isCommand(_words, arg))
            {
                Rest = [.. args.Skip(arg == "--" ? _next : _next - 1)];
                break;
            }

            if (arg.Length > 1 && arg[0] == '-')
            {
                ParseOption(arg);
            }
            else
            {
                WordsAt = _words.Count == 0 ? _options.Count : WordsAt;
                _words.Add(arg);
            }
        }

        problems.AddRange(_problems);
        return _options;
    }

    private void ParseOption(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var typed = equals < 0 ? arg : arg[..equals];
        var value = equals < 0 ? null : arg[(equals + 1)..];
        if (Find(typed) is { } option)
        {
            Add(option, typed, value);
            return;
        }

        _problems.Add($"Unknown option '{typed}'."
            + (typed.Length > 2 ? NearestName.Hint(typed.TrimStart('-'), known.Select(other => other.Name), "--") : ""));
        if (value is null && NextIsValue)
        {
            // The next argument is probably the value of the unknown option, so it is skipped without a second error.
            _next++;
        }
    }

    private CommandOption? Find(string typed)
    {
        var isLong = typed.StartsWith("--", StringComparison.Ordinal);
        if (!isLong)
        {
            return typed.Length == 2 ? known.FirstOrDefault(option => option.Short == char.ToLowerInvariant(typed[1])) : null;
        }

        var name = typed[2..];
        return known.FirstOrDefault(option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || option.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private void Add(CommandOption option, string typed, string? value)
    {
        if (option.Value is null)
        {
            if (value is null || bool.TryParse(value, out _))
            {
                _options.Add(new(option.Name, value?.ToLowerInvariant() ?? "true"));
            }
            else
            {
                _problems.Add($"'{typed}' is a flag, so it accepts true or false, not '{value}'.");
            }

            return;
        }

        value ??= NextIsValue ? args[_next++] : null;
        if (value is null)
        {
            _problems.Add($"'{typed}' needs a value: {typed} {option.Value}.");
        }
        else if (ExpectedValue(option.Name, value) is { } expected)
        {
            _problems.Add($"'{value}' is not a valid value for {typed}: {expected}.");
        }
        else
        {
            _options.Add(new(option.Name, value));
        }
    }

    private bool NextIsValue => _next < args.Count && (args[_next].Length < 2 || args[_next][0] != '-');

    /// <summary>The expected value, or null if the value is valid. Checks only Cake's own options.</summary>
    private static string? ExpectedValue(string name, string value) => name switch
    {
        "parallel" when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 =>
            "expected a number from 1",
        "verbosity" when !VerbosityParser.TryParse(value, out _) => "expected Quiet, Minimal, Normal, Verbose or Diagnostic",
        "target" or "working" when value.Length == 0 => "it is empty",
        "output" when value is not ("json" or "text") => "expected json or text",
        "completion" when value is not ("bash" or "zsh" or "fish") => "expected bash, zsh or fish",
        _ => null,
    };
}
