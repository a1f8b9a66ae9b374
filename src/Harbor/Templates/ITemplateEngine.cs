namespace Harbor.Templates;

internal interface ITemplateEngine
{
    /// <param name="file">As problems name the template.</param>
    /// <param name="problems">Takes what is wrong; the result is of no use then.</param>
    string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems);
}
