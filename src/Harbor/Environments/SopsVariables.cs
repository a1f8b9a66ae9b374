using System.Text;
using System.Text.Unicode;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;
using Harbor.Yaml;

namespace Harbor.Environments;

/// <summary>A SOPS file as variables: one flat map of names and scalars, whatever its format.</summary>
internal static class SopsVariables
{
    /// <param name="name">As messages show it; its end gives the format.</param>
    /// <exception cref="InvalidStackException">It does not open, or is not a flat map; with all keys that are wrong.</exception>
    public static IReadOnlyList<DotenvEntry> Read(ReadOnlySpan<byte> bytes, string name, IReadOnlyList<SourcedIdentity> identities)
    {
        var file = Sealed(bytes, name);
        using var open = file.Open(DataKeys.Open(file, identities));
        return Entries(open.Tree.Documents, name);
    }

    /// <summary>The same without a key: names are plain in a SOPS file, and the values stay encrypted.</summary>
    public static IReadOnlyList<DotenvEntry> ReadNames(ReadOnlySpan<byte> bytes, string name) =>
        Entries(Sealed(bytes, name).Documents, name);

    private static SealedFile Sealed(ReadOnlySpan<byte> bytes, string name)
    {
        var file = SealedFile.Read(bytes, name);
        return file.Store != BinaryStore.Instance
            ? file : throw Faults.Create(name, 0, "holds no variables: the name of a file of variables ends with .env, .yaml or .json.");
    }

    private static List<DotenvEntry> Entries(IEnumerable<SopsMap> documents, string name)
    {
        var entries = new List<DotenvEntry>();
        var problems = new List<Problem>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, node) in documents.SelectMany(document => document.Entries))
        {
            if (key is null)
            {
                continue;
            }

            if (Fault(node) is { } fault)
            {
                problems.Add(new(name, node.Line, 0, $"{Excerpt.Of(key)} {fault}"));
            }
            else if (!seen.Add(key))
            {
                problems.Add(new(name, node.Line, 0, $"{Excerpt.Of(key)} appears twice: which of the values is meant?"));
            }
            else
            {
                entries.Add(new(key, ToText(((SopsScalar)node).Value), DotenvQuoting.SingleQuoted, node.Line, 1));
            }
        }

        return problems.Count == 0 ? entries : throw new InvalidStackException(problems);
    }

    private static string? Fault(SopsNode node) => node switch
    {
        SopsMap => "is a map: a variable is a single value. Write nested values as variables of their own.",
        SopsList => "is a list: a variable is a single value.",
        SopsScalar { Value.Type: SopsType.Null } => "is null: write \"\" for an empty value.",
        SopsScalar { Value.Bytes: var bytes } when bytes.Contains((byte)0) => "holds a NUL byte: no program can be given such a value.",
        SopsScalar { Value.Bytes: var bytes } when !Utf8.IsValid(bytes) => "is not UTF-8: no variable can hold it.",
        _ => null,
    };

    private static string ToText(SopsValue value) => value.Type == SopsType.Bool
        ? value.Text.ToLowerInvariant() : Encoding.UTF8.GetString(value.Bytes);
}
