using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;

namespace Harbor.Templates;

/// <summary>Handlebars.Net behind <see cref="HandlebarsSource"/>, which admits a small, closed part of the language. Loading it takes a quarter of a second: make one only where something is to be rendered.</summary>
internal sealed class HandlebarsEngine : ITemplateEngine
{
    private const int MaxUnknown = 100;
    private readonly IHandlebars _handlebars;

    public HandlebarsEngine()
    {
        // No escaping: these are configuration files, not web pages.
        _handlebars = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true, ThrowOnUnresolvedBindingExpression = true });
        _handlebars.RegisterHelper("upper", (in HelperOptions _, in Context _, in Arguments arguments) => Text(arguments[0]).ToUpperInvariant());
        _handlebars.RegisterHelper("lower", (in HelperOptions _, in Context _, in Arguments arguments) => Text(arguments[0]).ToLowerInvariant());
        _handlebars.RegisterHelper("default", (in HelperOptions _, in Context _, in Arguments arguments) => Text(arguments[0]) is { Length: > 0 } given ? given : Text(arguments[1]));
        _handlebars.RegisterHelper("join", (in HelperOptions _, in Context _, in Arguments arguments) => string.Join(Text(arguments[1]), Items(Text(arguments[0]))));
    }

    public string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var admitted = HandlebarsSource.Read(source, file);
        if (admitted.Problems.Count > 0)
        {
            problems.AddRange(admitted.Problems);
            return "";
        }

        try
        {
            var template = _handlebars.Compile(new StringReader(admitted.Text));
            return Render(template, admitted, file, values, problems);
        }
        catch (Exception e) when (e is HandlebarsException or LimitException)
        {
            problems.Add(new(file, 0, 0, e.Message.Split('\n')[0]));
            return "";
        }
    }

    /// <summary>Once for each unknown variable: the engine stops at the first, and it gets a value for the next pass.</summary>
    private static string Render(HandlebarsTemplate<TextWriter, object, object> template, HandlebarsSource source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var data = Data(source, values);
        for (var pass = 0; ; pass++)
        {
            using var writer = new LimitedWriter();
            try
            {
                template(writer, data);
                return writer.ToString();
            }
            catch (HandlebarsUndefinedBindingException e) when (pass < MaxUnknown && source.Required.TryGetValue(Key(e.Message), out var required))
            {
                problems.Add(new(file, required.Line, required.Column,
                    $"{required.Name} is not set.{Nearest.Hint(required.Name, values.Keys)} Set it in an environment layer, or give a default: {{{{default {required.Name} \"...\"}}}}."));
                data[Key(e.Message)] = "";
            }
        }
    }

    /// <summary>The keys that <see cref="HandlebarsSource"/> put in place of the names.</summary>
    private static Dictionary<string, object?> Data(HandlebarsSource source, IReadOnlyDictionary<string, string> values)
    {
        var data = new Dictionary<string, object?>(source.Literals.Count + source.Required.Count);
        var budget = new Budget();
        foreach (var (key, text) in source.Literals)
        {
            data[key] = text;
        }

        foreach (var (key, required) in source.Required)
        {
            if (values.TryGetValue(required.Name, out var value))
            {
                data[key] = value;
            }
        }

        foreach (var (key, name) in source.Optional)
        {
            data[key] = values.GetValueOrDefault(name);
        }

        foreach (var (key, name) in source.Lists)
        {
            data[key] = Counted(Items(values.GetValueOrDefault(name, "")), budget);
        }

        return data;
    }

    /// <summary>A list in a variable is written with commas.</summary>
    private static string[] Items(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Counted(string[] items, Budget budget)
    {
        foreach (var item in items)
        {
            yield return budget.Take() ? item : throw new LimitException($"{{{{#each}}}} runs more than {TemplateLimits.Iterations} times in all.");
        }
    }

    private static string Text(object? value) => value?.ToString() ?? "";

    /// <summary>"[key] is undefined" is all that the exception says in public.</summary>
    private static string Key(string message) => message.IndexOf(']') is > 1 and var end ? message[1..end] : "";

    private sealed class Budget
    {
        private int _left = TemplateLimits.Iterations;

        public bool Take() => _left-- > 0;
    }

    private sealed class LimitException(string message) : Exception(message);

    private sealed class LimitedWriter : StringWriter
    {
        public override void Write(char value)
        {
            base.Write(value);
            Check();
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Check();
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            base.Write(buffer);
            Check();
        }

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Check();
        }

        private void Check()
        {
            if (GetStringBuilder().Length > TemplateLimits.OutputChars)
            {
                throw new LimitException($"renders to more than {TemplateLimits.OutputChars} characters.");
            }
        }
    }
}
