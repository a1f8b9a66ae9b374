namespace Harbor.Server;

/// <summary><c>--name value</c> and <c>--flag</c>, checked against what the command knows.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="UsageException">An option is unknown, or its value is missing.</exception>
    public Arguments(IReadOnlyList<string> args, string[] options, string[]? flags = null)
    {
        flags ??= [];
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (flags.Contains(name))
            {
                _values[name] = "true";
            }
            else if (!options.Contains(name))
            {
                var known = string.Join(", ", options.Concat(flags).Select(option => $"--{option}"));
                throw new UsageException($"Unknown option {args[i]}. Known: {known}.");
            }
            else if ((value ?? (i + 1 < args.Count ? args[++i] : null)) is { } given)
            {
                _values[name] = given;
            }
            else
            {
                throw new UsageException($"--{name} needs a value.");
            }
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    public bool Has(string name) => _values.ContainsKey(name);

    public string Needed(string name) => this[name] ?? throw new UsageException($"--{name} is needed.");

    private static (string Name, string? Value) Split(string arg)
    {
        if (!arg.StartsWith("--", StringComparison.Ordinal))
        {
            return ("", null);
        }

        var parts = arg[2..].Split('=', 2);
        return (parts[0], parts.Length == 2 ? parts[1] : null);
    }
}
