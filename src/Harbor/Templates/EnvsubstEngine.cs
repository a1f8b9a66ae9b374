using Harbor.Environments;

namespace Harbor.Templates;

/// <summary>Compose's interpolation syntax, but a variable without a value is an error.</summary>
internal sealed class EnvsubstEngine : ITemplateEngine
{
    public string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var unknown = new HashSet<string>();
        return Interpolation.Expand(source, name => values.GetValueOrDefault(name), Report, TemplateLimits.OutputChars);

        void Report(InterpolationFinding finding)
        {
            // Reported once for each name, because a configuration may use a name like $host very often.
            if (finding.Fault == InterpolationFault.Unset && !unknown.Add(finding.Name))
            {
                return;
            }

            var (line, column) = TextPosition.Of(source, finding.Offset);
            problems.Add(new(file, line, column, finding.Fault == InterpolationFault.Unset
                ? $"{finding.Name} is not set.{Nearest.Hint(finding.Name, values.Keys)} Set it in an environment layer, give a default " +
                    $"(${{{finding.Name}:-...}}), or write $${finding.Name} to get the text ${finding.Name}."
                : finding.Message));
        }
    }
}
