using System.Text;
using Harbor.Environments;
using Scriban;

namespace Harbor.Templates;

/// <summary>Finds the variables that templates read from the environment of their service.</summary>
public static class TemplateReads
{
    /// <param name="templates">Of <see cref="TemplateSearch"/>, for the same request.</param>
    public static IReadOnlyList<VariableRead> Find(TemplateRequest request, IReadOnlyList<TemplateFile> templates)
    {
        var services = request.Services.ToDictionary(service => service.Service);
        return
        [
            .. templates.Where(template => services[template.Service].FromEnvironment && RenderedTree.IsText(template.Content))
                .SelectMany(FindIn)
                .Where(read => !services[read.Service!].Extra.ContainsKey(read.Name)),
        ];
    }

    private static IEnumerable<VariableRead> FindIn(TemplateFile template)
    {
        var text = Encoding.UTF8.GetString(template.Content);
        if (template.Engine == TemplateEngine.Envsubst)
        {
            return VariableMentions.Find(text).Select(mention =>
                Read(mention.Name, TextPosition.Of(text, mention.Offset).Line, mention.IsRequired));
        }

        if (template.Engine == TemplateEngine.Scriban)
        {
            var parsed = Template.Parse(text);
            var names = parsed.HasErrors ? null : ScribanNames.In(parsed.Page!);
            var functions = ScribanEngine.FunctionNames.ToHashSet();
            return names?.Read.Where(variable => !functions.Contains(variable.Name))
                .Select(variable =>
                    Read(variable.Name, TextPosition.Of(text, variable.Span.Start.Offset).Line, !names.IsOptional(variable))) ?? [];
        }

        var reader = new HandlebarsReader(text, template.Source);
        reader.Run();
        return reader.Reads.Select(read => Read(read.Name, read.Line, read.IsRequired));

        VariableRead Read(string name, int line, bool isRequired) =>
            new(name, ReaderKind.Template, template.Source, line, isRequired, template.Service);
    }
}
