namespace Harbor.Compose;

/// <summary>Spellings of one image's name: <c>web</c>, <c>web:latest</c>, <c>docker.io/library/web:latest</c>.</summary>
public static class ImageName
{
    /// <summary>The registry of a name that has none.</summary>
    public const string DockersOwn = "docker.io";

    /// <summary>With registry and tag. A digest stays as it is.</summary>
    public static string Full(string name)
    {
        var slash = name.IndexOf('/');
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first.AsSpan().IndexOfAny(".:") >= 0 || first == "localhost";
        var path = hasRegistry ? name : $"{DockersOwn}/{(slash < 0 ? "library/" : "")}{name}";
        path = path.StartsWith("index.docker.io/", StringComparison.Ordinal) ? path["index.".Length..] : path;
        return path.Contains('@') || path.LastIndexOf(':') > path.LastIndexOf('/') ? path : $"{path}:latest";
    }
}
