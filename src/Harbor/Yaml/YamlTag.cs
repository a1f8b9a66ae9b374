using YamlDotNet.Core.Events;

namespace Harbor.Yaml;

/// <summary>Explicit tags: the core ones that name a kind are understood, everything else is refused.</summary>
internal static class YamlTag
{
    public const string Core = "tag:yaml.org,2002:";

    public static string Foreign(string tag) => $"The tag '{Excerpt.Of(Short(tag))}' is not read in a descriptor here.";

    public static ScalarKind KindOf(Scalar scalar, Location at, ProblemList problems)
    {
        if (scalar.Tag.IsNonSpecific || scalar.Tag.Value == Core + "str")
        {
            return ScalarKind.Text;
        }

        ScalarKind? wanted = scalar.Tag.Value switch
        {
            Core + "bool" => ScalarKind.Boolean,
            Core + "int" => ScalarKind.Integer,
            Core + "float" => ScalarKind.Number,
            Core + "null" => ScalarKind.Null,
            _ => null,
        };
        var kind = YamlScalar.KindOfPlain(scalar.Value);
        if (wanted is null)
        {
            problems.Add(at, Foreign(scalar.Tag.Value));
        }
        else if (wanted != kind && (wanted, kind) is not (ScalarKind.Number, ScalarKind.Integer))
        {
            problems.Add(at, $"'{Excerpt.Of(scalar.Value)}' is not what its tag {Short(scalar.Tag.Value)} says.");
        }

        return kind;
    }

    private static string Short(string tag) => tag.StartsWith(Core, StringComparison.Ordinal) ? "!!" + tag[Core.Length..] : tag;
}
