using System.Text;
using System.Text.Json;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>Everything that a service's containers are made of, each thing by its name with a keyed hash.</summary>
internal static class ServiceParts
{
    // What changes how many there are and where the image comes from, but not the container itself. (depends_on counts: a label of the
    // container carries it, and Compose 2.26.1 recreates it for that.)
    private static readonly string[] NotTheContainer = ["build", "profiles", "scale", "pull_policy", "deploy"];

    /// <param name="reloadable">Gets those that a container takes in when it is reloaded: the contents of the folders that it mounts. Of a
    /// single file that is replaced it keeps the old one.</param>
    public static SortedDictionary<Part, string> Compute(
        ResolvedModel model, ResolvedService service, ComposeProject project, ProjectKey key,
        InputReader inputs, SortedDictionary<Part, string> reloadable)
    {
        var parts = new SortedDictionary<Part, string>(Part.InOrder);
        foreach (var member in service.Json.EnumerateObject().Where(member => !NotTheContainer.Contains(member.Name)))
        {
            PartKind? entries = member.Value.ValueKind != JsonValueKind.Object ? null : member.Name switch
            {
                "environment" => PartKind.Environment,
                "labels" => PartKind.Label,
                _ => null,
            };
            if (entries is not { } kind)
            {
                Add(PartKind.Property, member.Name, CanonicalJson.Of(member.Value).Span);
                continue;
            }

            foreach (var entry in member.Value.EnumerateObject())
            {
                Add(kind, entry.Name, CanonicalJson.Of(entry.Value).Span);
            }
        }

        if (service.Json.Object("deploy") is { } deploy)
        {
            Add(PartKind.Property, "deploy", CanonicalJson.Of(deploy, "replicas").Span);
        }

        foreach (var (kind, name, definition) in Used(model, service))
        {
            var value = definition.Variable is { } variable ? project.ModelEnvironment().GetValueOrDefault(variable, "") : "";
            var content = definition.File is { } file ? inputs.StateOfContent(file) : "";
            Add(kind, name, [.. CanonicalJson.Of(definition.Json).Span, 0, .. Encoding.UTF8.GetBytes(value),
                0, .. Encoding.UTF8.GetBytes(content)]);
        }

        foreach (var profile in service.SeccompProfiles)
        {
            var path = Path.GetFullPath(profile, project.Directory);
            Add(PartKind.Profile, Shown(path, project.Directory), Encoding.UTF8.GetBytes(inputs.StateOfContent(path)));
        }

        foreach (var bind in service.Binds.Where(bind => IsConfiguration(bind, project.Directory)))
        {
            var name = Shown(bind.Source, project.Directory);
            var isFolder = inputs.IsFolder(bind.Source);
            (isFolder && service.Reload is not null ? reloadable : parts)[new Part(PartKind.Mounted, name)] =
                Hash(Encoding.UTF8.GetBytes(inputs.StateOfContent(bind.Source)));
            if (isFolder)
            {
                Add(PartKind.Folder, name, Encoding.UTF8.GetBytes(inputs.StateOf(new Input(InputKind.Folder, bind.Source))));
            }
        }

        return parts;

        void Add(PartKind kind, string name, ReadOnlySpan<byte> value) => parts[new Part(kind, name)] = Hash(value);

        string Hash(ReadOnlySpan<byte> value) => key.Hash(value, digits: 16);
    }

    private static IEnumerable<(PartKind Kind, string Name, Definition Definition)> Used(ResolvedModel model, ResolvedService service) =>
        [.. Defined(PartKind.Config, service.Configs, model.Configs), .. Defined(PartKind.Secret, service.Secrets, model.Secrets),
         .. Defined(PartKind.Network, service.Networks, model.Networks), .. Defined(PartKind.Volume, service.Volumes, model.Volumes)];

    private static IEnumerable<(PartKind Kind, string Name, Definition Definition)> Defined(
        PartKind kind, IEnumerable<string> names, IReadOnlyDictionary<string, Definition> definitions)
    {
        foreach (var name in names)
        {
            if (definitions.TryGetValue(name, out var definition))
            {
                yield return (kind, name, definition);
            }
        }
    }

    /// <summary>
    /// Configuration is: what Harbor rendered (<c>var/run</c>), a single file, a folder of the project mounted read-only. The rest is data:
    /// it changes while the service runs (mounted to be written), or is the machine's (<c>/sys</c>, <c>/</c>).
    /// </summary>
    private static bool IsConfiguration(BindMount bind, string root) =>
        IsUnder(bind.Source, Path.Combine(root, "var", "run")) || File.Exists(bind.Source)
        || (bind.ReadOnly && IsUnder(bind.Source, root) && Directory.Exists(bind.Source));

    private static string Shown(string path, string root) =>
        IsUnder(path, root) ? Path.GetRelativePath(root, path).Replace('\\', '/') : path;

    private static bool IsUnder(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
