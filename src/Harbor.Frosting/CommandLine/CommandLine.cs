using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>The parsed command line. Option names ignore case, as in Cake; a flag's value is "true".</summary>
internal sealed class CommandLine(List<KeyValuePair<string, string>> options)
{
    public IReadOnlyList<string> Targets => options.FindAll(option => option.Key == "target").ConvertAll(option => option.Value);

    public string? Working => Last("working");

    public int? Parallel => Last("parallel") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;

    public Verbosity? Verbosity => Last("verbosity") is { } text && VerbosityParser.TryParse(text, out var verbosity) ? verbosity : null;

    public bool Has(string flag) => Last(flag) == "true";

    public CakeArguments ToArguments() => new(options.ToLookup(option => option.Key, option => option.Value, StringComparer.OrdinalIgnoreCase));

    /// <exception cref="InvalidGraphException">Everything wrong with the command line, at once.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args, IReadOnlyList<CommandOption> known)
    {
        var parser = new CommandLineParser(args, known);
        return new CommandLine(parser.Parse());
    }

    private string? Last(string name) => options.FindLast(option => option.Key == name).Value;
}
