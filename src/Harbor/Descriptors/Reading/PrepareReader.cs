using Harbor.Descriptors.Yaml;
using Harbor.Templates;

namespace Harbor.Descriptors.Reading;

/// <summary><c>prepare</c>, of the system and of a stack alike: null stands for what isn't written.</summary>
internal sealed record PrepareReader(
    IReadOnlyList<EnvironmentSource>? Sources,
    IReadOnlyList<Template>? Templates,
    TemplateEngine? Engine,
    bool? FromEnv,
    IReadOnlyDictionary<string, string>? Extra)
{
    public static PrepareReader? Read(Fields parent, ProblemList problems) => parent.Map("prepare", prepare =>
    {
        IReadOnlyList<EnvironmentSource>? sources = null;
        prepare.Map("env", env => { sources = env.List("sources", node => Fields.Read(node, "a source", problems, SourceOf)); });
        var templates = prepare.List("templates", node => Fields.Read(node, "a template", problems, TemplateOf));

        TemplateEngine? engine = null;
        bool? fromEnv = null;
        IReadOnlyDictionary<string, string>? extra = null;
        prepare.Map("interpolation", interpolation =>
        {
            engine = interpolation.Choice("engine", Words.Engines);
            interpolation.Map("values", values =>
            {
                fromEnv = values.Flag("fromEnv");
                extra = values.TextMap("extra", Grammar.Variable);
            });
        });
        return new PrepareReader(sources, templates, engine, fromEnv, extra);
    });

    public PrepareSection System()
    {
        var (section, interpolation) = (new PrepareSection(), new Interpolation());
        return section with
        {
            Sources = Sources ?? section.Sources,
            Templates = Templates ?? section.Templates,
            Interpolation = new Interpolation
            {
                Engine = Engine ?? interpolation.Engine,
                FromEnv = FromEnv ?? interpolation.FromEnv,
                Extra = Extra ?? interpolation.Extra,
            },
        };
    }

    private static EnvironmentSource SourceOf(Fields source)
    {
        if (source.RequiredChoice("type", Words.SourceTypes) is not { } type)
        {
            source.AcceptAnything();
            return EnvironmentSource.Defaults[0];
        }

        source.What = $"a source of type {Words.SourceTypes.First(known => known.Value == type).Text}";
        var result = new EnvironmentSource(source.At, type, File(source, type)) { Optional = source.Flag("optional") ?? false };
        return type switch
        {
            EnvironmentSourceType.Service => result with { Directory = source.Text("dir", Grammar.Inside) ?? "stacks" },
            EnvironmentSourceType.Secrets => result with { Generate = source.Texts("generate", Grammar.Variable) ?? [] },
            _ => result,
        };
    }

    private static string File(Fields source, EnvironmentSourceType type) => EnvironmentSource.DefaultFile(type) switch
    {
        null => source.Required("file", Grammar.File),
        var file when type == EnvironmentSourceType.Service => source.Text("pattern", Grammar.FileName) ?? file,
        var file => source.Text("file", Grammar.File) ?? file,
    };

    private static Template TemplateOf(Fields template) =>
        new(template.At, template.Required("from", Grammar.InsideForService), template.Required("to", Grammar.Rendered))
        {
            Engine = template.Choice("engine", Words.Engines),
        };
}
