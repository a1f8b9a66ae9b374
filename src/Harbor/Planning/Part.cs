namespace Harbor.Planning;

public enum PartKind
{
    /// <summary>A key of the service that has one value: <c>image</c>, <c>hostname</c>.</summary>
    Property,
    Environment,
    Label,
    Config,
    Secret,
    Network,
    Volume,

    /// <summary>The content of a file that Compose reads when it creates the container.</summary>
    Profile,

    /// <summary>What is in a mounted file or folder.</summary>
    Mounted,

    /// <summary>A mounted folder itself, not what is in it.</summary>
    Folder,
}

/// <summary>One thing that a service's containers are made of.</summary>
/// <param name="Name">A variable, label or definition; a path is relative to the project where it is inside.</param>
public sealed record Part(PartKind Kind, string Name)
{
    private static readonly PartKind[] Named = [.. Enum.GetValues<PartKind>().Where(kind => kind != PartKind.Property)];

    /// <summary>By the text, ordinal: a digest depends on it.</summary>
    public static IComparer<Part> InOrder { get; } =
        Comparer<Part>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()));

    /// <summary>Of what <see cref="ToString"/> gave, also to an earlier Harbor.</summary>
    public static Part Parse(string text)
    {
        var blank = text.IndexOf(' ');
        return blank > 0 && Array.Find(Named, kind => Word(kind) == text[..blank]) is not PartKind.Property and var named
            ? new Part(named, text[(blank + 1)..])
            : new Part(PartKind.Property, text);
    }

    /// <summary>As it is saved, and as people read it: <c>environment LEVEL</c>, <c>image</c>.</summary>
    public override string ToString() => Kind == PartKind.Property ? Name : $"{Word(Kind)} {Name}";

    private static string Word(PartKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>Parts with their keyed hashes, as they are saved.</summary>
public static class SavedParts
{
    public static IReadOnlyDictionary<string, string> Write(IReadOnlyDictionary<Part, string> parts) =>
        parts.ToDictionary(part => part.Key.ToString(), part => part.Value);

    public static IReadOnlyDictionary<Part, string> Read(IReadOnlyDictionary<string, string> parts) =>
        parts.ToDictionary(part => Part.Parse(part.Key), part => part.Value);

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Write(
        IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>> owners) =>
        owners.ToDictionary(owner => owner.Key, owner => Write(owner.Value));

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>> Read(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> owners) =>
        owners.ToDictionary(owner => owner.Key, owner => Read(owner.Value));
}
