using System.Globalization;
using System.Text;

namespace Harbor.Templates;

/// <summary>
/// Evaluates the templates that <see cref="HandlebarsReader"/> parses: a small part of the language. Nothing is escaped, because the
/// output is configuration, not HTML.
/// </summary>
internal sealed class HandlebarsEngine : ITemplateEngine
{
    public string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var reader = new HandlebarsReader(source, file);
        var template = reader.Run();
        if (reader.Problems.Count > 0)
        {
            problems.AddRange(reader.Problems);
            return "";
        }

        return new Evaluation(file, values, problems).Render(template);
    }

    /// <summary>The item of the innermost <c>{{#each}}</c>.</summary>
    private sealed record Item(string Text, int Index, bool IsLast);

    private sealed class LimitException(string message) : Exception(message);

    private sealed class Evaluation(string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        private readonly StringBuilder _output = new();
        private readonly HashSet<HandlebarsVariable> _unknown = [];
        private int _runs;

        public string Render(IReadOnlyList<HandlebarsNode> template)
        {
            try
            {
                Write(template, null);
                return _output.ToString();
            }
            catch (LimitException e)
            {
                problems.Add(new(file, 0, 0, e.Message));
                return "";
            }
        }

        private void Write(IReadOnlyList<HandlebarsNode> body, Item? item)
        {
            foreach (var node in body)
            {
                switch (node)
                {
                    case HandlebarsText text:
                        Write(text.Text);
                        break;
                    case HandlebarsOutput output:
                        Write(TextOf(output.Value, item));
                        break;
                    case HandlebarsBlock { Kind: BlockKind.Each } each:
                        WriteEach(each, item);
                        break;
                    case HandlebarsBlock block:
                        Write(IsTrue(block.Value, item) == (block.Kind == BlockKind.If) ? block.Body : Else(block), item);
                        break;
                }
            }
        }

        private void WriteEach(HandlebarsBlock each, Item? around)
        {
            var items = Items(TextOf(each.Value, around));
            if (items.Length == 0)
            {
                Write(Else(each), around);
            }

            for (var i = 0; i < items.Length; i++)
            {
                if (_runs++ == TemplateLimits.Iterations)
                {
                    throw new LimitException($"{{{{#each}}}} runs more than {TemplateLimits.Iterations} times in all.");
                }

                Write(each.Body, new(items[i], i, i == items.Length - 1));
            }
        }

        private static List<HandlebarsNode> Else(HandlebarsBlock block) => block.Else?.Body ?? [];

        private void Write(string text)
        {
            if (_output.Length + text.Length > TemplateLimits.OutputChars)
            {
                throw new LimitException($"renders to more than {TemplateLimits.OutputChars} characters.");
            }

            _output.Append(text);
        }

        /// <summary>As in handlebars.js, unset and empty values and the index 0 are false.</summary>
        private bool IsTrue(HandlebarsValue value, Item? item) => value switch
        {
            HandlebarsLoopWord { Word: LoopWord.Index } => item!.Index != 0,
            HandlebarsLoopWord { Word: LoopWord.First } => item!.Index == 0,
            HandlebarsLoopWord { Word: LoopWord.Last } => item!.IsLast,
            _ => TextOf(value, item).Length > 0,
        };

        private string TextOf(HandlebarsValue value, Item? item) => value switch
        {
            HandlebarsLiteral literal => literal.Text,
            HandlebarsVariable variable => values.TryGetValue(variable.Name, out var text) ? text : Unknown(variable),
            HandlebarsLoopWord { Word: LoopWord.This } => item!.Text,
            HandlebarsLoopWord { Word: LoopWord.Index } => item!.Index.ToString(CultureInfo.InvariantCulture),
            HandlebarsLoopWord { Word: LoopWord.First } => item!.Index == 0 ? "true" : "false",
            HandlebarsLoopWord => item!.IsLast ? "true" : "false",
            HandlebarsCall { Arguments: [var only] } call =>
                call.Helper == "upper" ? TextOf(only, item).ToUpperInvariant() : TextOf(only, item).ToLowerInvariant(),
            HandlebarsCall { Helper: "default", Arguments: var arguments } =>
                TextOf(arguments[0], item) is { Length: > 0 } given ? given : TextOf(arguments[1], item),
            HandlebarsCall { Arguments: var arguments } => Joined(TextOf(arguments[0], item), TextOf(arguments[1], item)),
            _ => throw new InvalidOperationException($"A value of the kind {value.GetType().Name} has no text."),
        };

        private static string Joined(string list, string separator) => string.Join(separator, Items(list));

        /// <summary>A variable contains a list as items separated by commas.</summary>
        private static string[] Items(string text) =>
            text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Reports the variable once for each place, and returns the empty text.</summary>
        private string Unknown(HandlebarsVariable variable)
        {
            if (variable.IsRequired && _unknown.Count < TemplateLimits.Problems && _unknown.Add(variable))
            {
                problems.Add(new(file, variable.Line, variable.Column,
                    $"{variable.Name} is not set.{Nearest.Hint(variable.Name, values.Keys)} "
                    + $"Set it in an environment layer, or give a default: {{{{default {variable.Name} \"...\"}}}}.")
                {
                    Length = variable.Name.Length,
                });
            }

            return "";
        }
    }
}
