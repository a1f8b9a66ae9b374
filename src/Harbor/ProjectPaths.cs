namespace Harbor;

/// <summary>Folders and files of a project. Everything that Harbor writes is under <see cref="Var"/>.</summary>
/// <param name="Root">Absolute path of the folder that holds <c>etc/harbor.yaml</c>, or else <c>harbor.yaml</c>, or else a compose
/// file.</param>
public sealed record ProjectPaths(string Root)
{
    /// <summary><c>etc/harbor.yaml</c>; <c>harbor.yaml</c> where only that is there.</summary>
    public string Descriptor => !File.Exists(InEtc) && File.Exists(AtRoot) ? AtRoot : InEtc;

    public string ComposeFiles => Path.Combine(Root, "etc", "stacks");
    public string Stacks => Path.Combine(Root, "stacks");
    public string Var => Path.Combine(Root, "var");

    /// <summary>Rendered configuration, <c>var/run/[service]/config/**</c>, which containers mount.</summary>
    public string Run => Path.Combine(Var, "run");

    /// <summary>The deployed state, locks and caches.</summary>
    public string State => Path.Combine(Var, "state");

    public string History => Path.Combine(Var, "history");

    private string InEtc => Path.Combine(Root, "etc", "harbor.yaml");
    private string AtRoot => Path.Combine(Root, "harbor.yaml");

    /// <summary>Relative to the root, with forward slashes: the form of messages and saved state.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
