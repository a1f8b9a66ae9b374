using Harbor.Environments;

namespace Harbor.Templates;

/// <summary>The forms of Compose's interpolation, but strict: a variable without a value is an error.</summary>
internal sealed class EnvsubstEngine : ITemplateEngine
{
    public string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems)
    {
        var unknown = new HashSet<string>();
        return Interpolation.Expand(source, name => values.GetValueOrDefault(name), Report, TemplateLimits.OutputChars);

        void Report(InterpolationFinding finding)
        {
            // Once for each name: a configuration of nginx mentions $host fifty times.
            if (finding.Fault == InterpolationFault.Unset && !unknown.Add(finding.Name))
            {
                return;
            }

            var (line, column) = TextPosition.Of(source, finding.Offset);
            problems.Add(new(file, line, column, finding.Fault == InterpolationFault.Unset
                ? $"{finding.Name} is not set.{Nearest.Hint(finding.Name, values.Keys)} Set it in an environment layer, give a default (${{{finding.Name}:-...}}), or write $${finding.Name} for the text itself."
                : finding.Message));
        }
    }
}
