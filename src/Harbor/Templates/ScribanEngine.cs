using System.Globalization;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Harbor.Templates;

/// <summary>
/// Scriban without functions that depend on time or chance, read files, or evaluate text as code.
/// </summary>
internal sealed class ScribanEngine : ITemplateEngine
{
    private static readonly string[] Withheld =
        ["date", "include", "include_join", "math.random", "math.uuid", "object.eval", "object.eval_template"];

    /// <summary>Names of the functions that templates can call.</summary>
    public static IEnumerable<string> FunctionNames => NewFunctions().Keys;

    public string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var template = Template.Parse(source, file);
        if (template.HasErrors)
        {
            problems.AddRange(template.Messages.Where(message => message.Type == ParserMessageType.Error)
                .Select(message => Problem(message.Span, message.Message)));
            return "";
        }

        var unknown = new HashSet<int>();
        var names = ScribanNames.In(template.Page!);
        var globals = new ScriptObject();
        foreach (var (name, value) in values)
        {
            globals[name] = value;
        }

        var context = new Context(NewFunctions()) { TryGetVariable = Unknown };
        context.PushGlobal(globals);
        context.PushGlobal(new ScriptObject()); // For variables that the template itself sets.
        try
        {
            return template.Render(context);
        }
        catch (ScriptRuntimeException e)
        {
            if (unknown.Count == 0) // Otherwise the error may be a consequence of an unknown variable.
            {
                problems.Add(Problem(e.Span, e.OriginalMessage));
            }

            return "";
        }

        // Reports the variable once for each place, and returns the empty text.
        bool Unknown(TemplateContext context, SourceSpan span, ScriptVariable variable, out object? value)
        {
            value = "";
            if (names.IsOptional(variable))
            {
                value = null;
            }
            else if (unknown.Count < TemplateLimits.Problems && unknown.Add(span.Start.Offset))
            {
                var hint = Nearest.Hint(variable.Name, [.. values.Keys, .. context.BuiltinObject.Keys]);
                problems.Add(Problem(span, variable is ScriptVariableGlobal
                    ? $"{variable.Name} is not set.{hint} Set it in an environment layer, "
                        + $"or give a default: {{{{ {variable.Name} ?? \"...\" }}}}."
                    : $"{variable} is not set."));
            }

            return true;
        }

        Problem Problem(SourceSpan span, string message)
        {
            var (line, column) = TextPosition.Of(source, Math.Clamp(span.Start.Offset, 0, source.Length));
            return new(file, line, column, message.EndsWith('.') ? message : message + ".") { Length = Math.Max(1, span.Length) };
        }
    }

    /// <summary>New plain objects for each template, because Scriban's own classes still find members that were removed.</summary>
    private static ScriptObject NewFunctions()
    {
        var functions = new ScriptObject();
        foreach (var (name, function) in TemplateContext.GetDefaultBuiltinObject().Where(pair => !Withheld.Contains(pair.Key)))
        {
            functions[name] = function;
            if (function is ScriptObject members)
            {
                var given = new ScriptObject();
                foreach (var (member, value) in members.Where(pair => !Withheld.Contains($"{name}.{pair.Key}")))
                {
                    given[member] = value;
                }

                functions[name] = given;
            }
        }

        return functions;
    }

    private sealed class Context : TemplateContext
    {
        private int _steps;

        public Context(ScriptObject functions) : base(functions)
        {
            StrictVariables = true;
            EnableRelaxedMemberAccess = false;
            EnableRelaxedIndexerAccess = false;
            LoopLimit = TemplateLimits.Iterations;
            OutputLimit = TemplateLimits.OutputChars;
            OnOutputLimit = ScriptLimitBehavior.Throw;
            LimitToString = TemplateLimits.FileBytes;
            OnStringLimit = ScriptLimitBehavior.Throw;
            NewLine = "\n";
            PushCulture(CultureInfo.InvariantCulture);
        }

        /// <summary>Counts steps, because recursion and consecutive loops can run almost endlessly within the other limits.</summary>
        public override object? Evaluate(ScriptNode? scriptNode, bool aliasReturnedFunction) =>
            _steps++ < TemplateLimits.Steps
                ? base.Evaluate(scriptNode, aliasReturnedFunction)
                : throw new ScriptRuntimeException(
                    scriptNode?.Span ?? default, $"the template takes more than {TemplateLimits.Steps} steps.");
    }
}
