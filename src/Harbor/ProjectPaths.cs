namespace Harbor;

/// <summary>Where things are in a project. Everything the program writes is under <see cref="Var"/>.</summary>
/// <param name="Root">Absolute path of the folder that holds <c>etc/harbor.yaml</c>.</param>
public sealed record ProjectPaths(string Root)
{
    public string Descriptor => Path.Combine(Root, "etc", "harbor.yaml");
    public string ComposeFiles => Path.Combine(Root, "etc", "stacks");
    public string Stacks => Path.Combine(Root, "stacks");
    public string Var => Path.Combine(Root, "var");

    /// <summary>Rendered configuration, <c>var/run/[service]/config/**</c>: what containers mount.</summary>
    public string Run => Path.Combine(Var, "run");

    /// <summary>What was deployed, locks and caches: what the next run needs to know.</summary>
    public string State => Path.Combine(Var, "state");

    public string History => Path.Combine(Var, "history");

    /// <summary>The path as messages and saved state name it: relative to the root, with forward slashes.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
