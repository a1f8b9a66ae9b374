namespace Harbor.Planning;

public enum InputKind
{
    /// <summary>A file, or a folder with all that is in it.</summary>
    Content,

    /// <summary>A folder as a build sees it: modes and empty folders count, what its ignore file names does not.</summary>
    Context,

    /// <summary>A folder itself, not what is in it: whoever has it mounted does not see one that was removed and created again.</summary>
    Folder,

    /// <summary>An image of the engine, which no service of the project builds.</summary>
    Image,
}

/// <summary>One thing that a deployed stack was made of.</summary>
/// <param name="Path">Absolute; of an image, its name as written.</param>
/// <param name="IgnoreFile">Of a context: the ignore file of its Dockerfile, absolute. Null: <c>.dockerignore</c> in the
/// folder; empty: none holds.</param>
public sealed record Input(InputKind Kind, string Path, string? IgnoreFile = null)
{
    private static readonly (InputKind Kind, string Mark)[] Marks =
        [(InputKind.Context, "context:"), (InputKind.Folder, "folder:"), (InputKind.Image, "image:")];

    public bool IsPath => Kind != InputKind.Image;

    /// <summary>Of what <see cref="ToString"/> gave, also to an earlier Harbor. A path alone is a file or folder.</summary>
    public static Input Parse(string text)
    {
        foreach (var (kind, mark) in Marks)
        {
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                var parts = text[mark.Length..].Split('\n', 2);
                return new Input(kind, parts[0], parts.ElementAtOrDefault(1));
            }
        }

        return new Input(InputKind.Content, text);
    }

    /// <summary>As it is saved: a word for the kind, the path, and where there is one, on a second line the ignore file.</summary>
    public override string ToString()
    {
        var mark = Array.Find(Marks, mark => mark.Kind == Kind).Mark ?? "";
        return IgnoreFile is null ? mark + Path : $"{mark}{Path}\n{IgnoreFile}";
    }
}
