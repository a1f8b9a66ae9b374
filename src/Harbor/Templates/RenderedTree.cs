using System.Text;
using System.Text.Unicode;

namespace Harbor.Templates;

/// <param name="Path">Relative to <c>var/run</c>, with forward slashes.</param>
public sealed record RenderedFile(string Path, string Service, UnixFileMode Mode, byte[] Content);

/// <summary>The files that <c>var/run</c> should contain, in ordinal order of their paths. They are not written yet.</summary>
public sealed record RenderedTree(IReadOnlyList<RenderedFile> Files)
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public static RenderedTree Empty { get; } = new([]);

    /// <param name="templates">From <see cref="TemplateSearch"/>.</param>
    /// <exception cref="InvalidStackException">Lists every unknown variable and syntax error of all templates.</exception>
    public static RenderedTree Render(TemplateRequest request, IReadOnlyList<TemplateFile> templates)
    {
        var problems = new List<Problem>();
        var engines = new Dictionary<TemplateEngine, ITemplateEngine>();
        var values = request.Services.ToDictionary(templates => templates.Service, templates => Values(request, templates));
        var files = new List<RenderedFile>(templates.Count);
        foreach (var template in templates)
        {
            var content = IsText(template.Content) ? Render(template) : template.Content;
            files.Add(new(template.Target, template.Service, template.Mode, content));
        }

        return problems.Count == 0
            ? new(files) : throw new InvalidStackException([.. problems.Select(problem => problem with { ShowsLine = true })]);

        byte[] Render(TemplateFile template)
        {
            if (!engines.TryGetValue(template.Engine, out var engine))
            {
                engines[template.Engine] = engine = template.Engine switch
                {
                    TemplateEngine.Handlebars => new HandlebarsEngine(),
                    TemplateEngine.Scriban => new ScribanEngine(),
                    _ => new EnvsubstEngine(),
                };
            }

            // The byte order mark is not part of the text. It stays at the start of the output.
            var marked = template.Content.AsSpan().StartsWith(Mark);
            var source = Encoding.UTF8.GetString(marked ? template.Content.AsSpan(Mark.Length) : template.Content);
            var text = Encoding.UTF8.GetBytes(engine.Render(source, template.Source, values[template.Service], problems));
            return marked ? [.. Mark, .. text] : text;
        }
    }

    private static Dictionary<string, string> Values(TemplateRequest request, ServiceTemplates templates)
    {
        var values = new Dictionary<string, string>();
        if (templates.FromEnvironment)
        {
            foreach (var (name, value) in request.Environment.For(templates.Service))
            {
                values[name] = value.Value;
            }
        }

        foreach (var (name, value) in templates.Extra)
        {
            values[name] = value;
        }

        return values;
    }

    internal static bool IsText(ReadOnlySpan<byte> content) => !content.Contains((byte)0) && Utf8.IsValid(content);
}
