using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>Everything that a service's containers are made of, each thing by its name with a keyed hash.</summary>
internal static class ServiceParts
{
    // What changes how many there are and where the image comes from, but not the container itself. (depends_on counts: a label of the container carries it,
    // and Compose 2.26.1 makes it anew for that.)
    private static readonly string[] NotTheContainer = ["build", "profiles", "scale", "pull_policy", "deploy"];

    /// <param name="reloadable">Gets those that a container takes in when it is reloaded: the contents of the folders that it mounts. Of a single file that is replaced it keeps the old one.</param>
    public static SortedDictionary<string, string> Of(
        ResolvedModel model, ResolvedService service, ComposeProject project, byte[] key, InputStates.Reader inputs, SortedDictionary<string, string> reloadable)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in service.Json.EnumerateObject().Where(member => !NotTheContainer.Contains(member.Name)))
        {
            if (member is { Name: "environment" or "labels", Value.ValueKind: JsonValueKind.Object })
            {
                foreach (var entry in member.Value.EnumerateObject())
                {
                    Add($"{(member.Name == "labels" ? "label" : member.Name)} {entry.Name}", CanonicalJson.Of(entry.Value).Span);
                }
            }
            else
            {
                Add(member.Name, CanonicalJson.Of(member.Value).Span);
            }
        }

        if (service.Json.Object("deploy") is { } deploy)
        {
            Add("deploy", CanonicalJson.Of(deploy, "replicas").Span);
        }

        foreach (var (name, definition) in Used(model, service))
        {
            var value = definition.Variable is { } variable ? project.Environment().GetValueOrDefault(variable, "") : "";
            var content = definition.File is { } file ? inputs.Of(file) : "";
            Add(name, [.. CanonicalJson.Of(definition.Json).Span, 0, .. Encoding.UTF8.GetBytes(value), 0, .. Encoding.UTF8.GetBytes(content)]);
        }

        foreach (var bind in service.Binds.Where(bind => IsConfiguration(bind, project.Directory)))
        {
            var name = Shown(bind.Source, project.Directory);
            var isFolder = inputs.IsFolder(bind.Source);
            (isFolder && service.Reload is not null ? reloadable : parts)[$"{PartChanges.Mounted}{name}"] = Hash(Encoding.UTF8.GetBytes(inputs.Of(bind.Source)));
            if (isFolder)
            {
                Add($"{PartChanges.Folder}{name}", Encoding.UTF8.GetBytes(inputs.OfFolder(bind.Source)));
            }
        }

        return parts;

        void Add(string name, ReadOnlySpan<byte> value) => parts[name] = Hash(value);

        string Hash(ReadOnlySpan<byte> value) => Convert.ToHexStringLower(HMACSHA256.HashData(key, value).AsSpan(0, 8));
    }

    private static IEnumerable<(string Name, Definition Definition)> Used(ResolvedModel model, ResolvedService service) =>
        [.. Defined("config", service.Configs, model.Configs), .. Defined("secret", service.Secrets, model.Secrets),
         .. Defined("network", service.Networks, model.Networks), .. Defined("volume", service.Volumes, model.Volumes)];

    private static IEnumerable<(string Name, Definition Definition)> Defined(string kind, IEnumerable<string> names, IReadOnlyDictionary<string, Definition> definitions)
    {
        foreach (var name in names)
        {
            if (definitions.TryGetValue(name, out var definition))
            {
                yield return ($"{kind} {name}", definition);
            }
        }
    }

    /// <summary>
    /// Configuration is: what Harbor rendered (<c>var/run</c>), a single file, a folder of the project mounted read-only. The rest is data: it changes
    /// while the service runs (mounted to be written), or is the machine's (<c>/sys</c>, <c>/</c>).
    /// </summary>
    private static bool IsConfiguration(BindMount bind, string root) =>
        IsUnder(bind.Source, Path.Combine(root, "var", "run")) || File.Exists(bind.Source)
        || (bind.ReadOnly && IsUnder(bind.Source, root) && Directory.Exists(bind.Source));

    private static string Shown(string path, string root) => IsUnder(path, root) ? Path.GetRelativePath(root, path).Replace('\\', '/') : path;

    private static bool IsUnder(string path, string folder) => path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
