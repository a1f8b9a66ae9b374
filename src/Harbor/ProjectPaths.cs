namespace Harbor;

/// <summary>Folders and files of a project. Everything that Harbor writes is under <see cref="Var"/>.</summary>
/// <param name="Root">Absolute path of the folder that holds <c>etc/harbor.yaml</c>.</param>
public sealed record ProjectPaths(string Root)
{
    public string Descriptor => Path.Combine(Root, "etc", "harbor.yaml");
    public string ComposeFiles => Path.Combine(Root, "etc", "stacks");
    public string Stacks => Path.Combine(Root, "stacks");
    public string Var => Path.Combine(Root, "var");

    /// <summary>Rendered configuration, <c>var/run/[service]/config/**</c>, which containers mount.</summary>
    public string Run => Path.Combine(Var, "run");

    /// <summary>The deployed state, locks and caches.</summary>
    public string State => Path.Combine(Var, "state");

    public string History => Path.Combine(Var, "history");

    /// <summary>Relative to the root, with forward slashes: the form of messages and saved state.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
