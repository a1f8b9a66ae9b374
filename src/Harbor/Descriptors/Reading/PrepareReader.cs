using Harbor.Environments;
using Harbor.Templates;
using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary>Reads the section <c>prepare</c> of <c>etc/harbor.yaml</c> or of an override. Null means that the key is missing.</summary>
internal sealed record PrepareReader(
    IReadOnlyList<EnvironmentSource>? Sources,
    IReadOnlyList<TemplateSet>? Templates,
    TemplateEngine? Engine,
    bool? FromEnv,
    IReadOnlyDictionary<string, string>? Extra)
{
    public static PrepareReader? Read(Fields parent, ProblemList problems) => parent.ReadMap("prepare", prepare =>
    {
        IReadOnlyList<EnvironmentSource>? sources = null;
        prepare.ReadMap("env", env => { sources = env.ReadList("sources", node => Fields.Read(node, "a source", problems, SourceOf)); });
        var templates = prepare.ReadList("templates", node => Fields.Read(node, "a template", problems, TemplateOf));

        TemplateEngine? engine = null;
        bool? fromEnv = null;
        IReadOnlyDictionary<string, string>? extra = null;
        prepare.ReadMap("interpolation", interpolation =>
        {
            engine = interpolation.ReadChoice("engine", Words.Engines);
            interpolation.ReadMap("values", values =>
            {
                fromEnv = values.ReadFlag("fromEnv");
                extra = values.ReadTextMap("extra", Grammar.Variable);
            });
        });
        return new PrepareReader(sources, templates, engine, fromEnv, extra);
    });

    public PrepareSection System()
    {
        var section = new PrepareSection();
        var templates = section.Templates;
        return new PrepareSection
        {
            Sources = Sources ?? section.Sources,
            Templates = new ServiceTemplates("", Templates ?? templates.Sets)
            {
                Engine = Engine ?? templates.Engine,
                FromEnvironment = FromEnv ?? templates.FromEnvironment,
                Extra = Extra ?? templates.Extra,
            },
        };
    }

    private static EnvironmentSource SourceOf(Fields source)
    {
        if (source.ReadRequiredChoice("type", Words.SourceTypes) is not { } kind)
        {
            source.AcceptAnything();
            return EnvironmentSource.Defaults[0];
        }

        source.What = $"a source of type {Words.SourceTypes.First(known => known.Value == kind).Text}";
        var file = File(source, kind);
        var directory = kind == LayerKind.Service ? source.ReadText("dir", Grammar.Inside) : null;
        var passwords = kind == LayerKind.Secrets ? source.ReadTexts("generate", Grammar.Variable) ?? [] : [];
        var keys = kind == LayerKind.Secrets ? source.ReadTexts("generateKeys", Grammar.Variable) ?? [] : [];
        return EnvironmentSource.InFile(kind, file, directory ?? "stacks") with
        {
            At = source.At,
            Optional = source.ReadFlag("optional") ?? false,
            Generate = [.. passwords, .. keys.Except(passwords)],
            GenerateKeys = keys,
        };
    }

    private static string File(Fields source, LayerKind kind) => EnvironmentSource.DefaultFile(kind) switch
    {
        null => source.ReadRequiredText("file", Grammar.File),
        var file when kind == LayerKind.Service => source.ReadText("pattern", Grammar.FileName) ?? file,
        var file => source.ReadText("file", Grammar.File) ?? file,
    };

    private static TemplateSet TemplateOf(Fields template) =>
        new(template.ReadRequiredText("from", Grammar.InsideForService), template.ReadRequiredText("to", Grammar.Rendered),
            template.ReadChoice("engine", Words.Engines))
        {
            At = template.At,
        };
}
