namespace Harbor.Templates;

internal interface ITemplateEngine
{
    /// <param name="file">The template's name in problems.</param>
    /// <param name="problems">Receives problems. If there are any, the result is unusable.</param>
    string Render(string source, string file, IReadOnlyDictionary<string, string> values, List<Problem> problems);
}
