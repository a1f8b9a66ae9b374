using System.Globalization;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>Cake's forms: <c>--name=value</c>, <c>--name value</c>, <c>-n value</c>, <c>-n=value</c>, <c>--flag</c>, <c>--flag=false</c>.</summary>
internal sealed class CommandLineParser(IReadOnlyList<string> args, IReadOnlyList<CommandOption> known)
{
    private readonly List<KeyValuePair<string, string>> _options = [];
    private readonly List<string> _problems = [];
    private int _next;

    public List<KeyValuePair<string, string>> Parse()
    {
        while (_next < args.Count)
        {
            var arg = args[_next++];
            if (arg.Length > 1 && arg[0] == '-')
            {
                ParseOption(arg);
            }
            else
            {
                _problems.Add($"'{arg}' is not an option. A target is given as --target={arg}.");
            }
        }

        return _problems.Count == 0 ? _options : throw new InvalidGraphException(_problems);
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

        _problems.Add($"Unknown option '{typed}'.{NearestName.Hint(typed.TrimStart('-'), known.Select(other => other.Name), "--")}");
        if (value is null && NextIsValue)
        {
            // Most likely its value; a second complaint would not help.
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
                _problems.Add($"'{typed}' is a flag: it is true or false, not '{value}'.");
            }

            return;
        }

        value ??= NextIsValue ? args[_next++] : null;
        if (value is null)
        {
            _problems.Add($"'{typed}' needs a value: {typed} {option.Value}.");
        }
        else if (Wrong(option.Name, value) is { } expected)
        {
            _problems.Add($"'{value}' is no value for {typed}: {expected}.");
        }
        else
        {
            _options.Add(new(option.Name, value));
        }
    }

    private bool NextIsValue => _next < args.Count && (args[_next].Length < 2 || args[_next][0] != '-');

    /// <summary>What was expected, or null. Only Cake's own options are checked here.</summary>
    private static string? Wrong(string name, string value) => name switch
    {
        "parallel" when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 => "a number from 1",
        "verbosity" when !VerbosityParser.TryParse(value, out _) => "Quiet, Minimal, Normal, Verbose or Diagnostic",
        "target" or "working" when value.Length == 0 => "it is empty",
        _ => null,
    };
}
