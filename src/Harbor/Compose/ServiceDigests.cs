using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Harbor.Compose;

/// <summary>
/// One keyed hash per service over everything that its containers are made of: what Compose resolved, the definitions it uses, the contents behind
/// mounted configuration and secrets. Compose's own hash misses changed mounts, and differs from its label where <c>env_file</c> is used.
/// </summary>
/// <param name="Services">By service, 32 hex digits: the label <see cref="ComposeTool.DigestLabel"/>. Different means: recreate.</param>
/// <param name="Builds">By service that is built: its instructions and its context. Different means: build.</param>
/// <param name="Inputs">What was read, and what it looked like, for <see cref="InputStates"/>.</param>
public sealed record ServiceDigests(
    IReadOnlyDictionary<string, string> Services,
    IReadOnlyDictionary<string, string> Builds,
    IReadOnlyDictionary<string, string> Inputs)
{
    // What changes how many there are, when they start and where the image comes from, but not the container itself.
    private static readonly string[] NotTheContainer = ["build", "depends_on", "profiles", "scale", "pull_policy", "deploy"];

    /// <param name="key">At least 32 random bytes of this project, kept 0600: the digests cover secrets and stand in labels that everybody can read.</param>
    public static ServiceDigests Compute(ResolvedModel model, ComposeProject project, byte[] key)
    {
        var inputs = new InputStates.Reader(key, project.Directory);
        var services = new Dictionary<string, string>();
        var builds = new Dictionary<string, string>();
        foreach (var service in model.Services.Values)
        {
            services[service.Name] = Digest(model, service, project, key, inputs);
            if (service.Build is { } build)
            {
                builds[service.Name] = Digest(build, key, inputs);
            }
        }

        return new ServiceDigests(services, builds, inputs.States);
    }

    /// <summary>The services to build: their digest is not the saved one, or their image is missing.</summary>
    /// <param name="saved">By service; empty for a first run.</param>
    /// <param name="images">The images that the engine has, by name.</param>
    public IReadOnlyList<string> ToBuild(ResolvedModel model, IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> images) =>
        [.. Builds.Where(build => !saved.TryGetValue(build.Key, out var before) || before != build.Value || !images.ContainsKey(model.Services[build.Key].Image))
            .Select(build => build.Key)];

    private static string Digest(ResolvedModel model, ResolvedService service, ComposeProject project, byte[] key, InputStates.Reader inputs)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add(hash, "service", CanonicalJson.Of(service.Json, NotTheContainer).Span);
        Add(hash, "deploy", service.Json.TryGetProperty("deploy", out var deploy) && deploy.ValueKind == JsonValueKind.Object
            ? CanonicalJson.Of(deploy, "replicas").Span : []);
        foreach (var definition in Used(model, service))
        {
            Add(hash, "definition", CanonicalJson.Of(definition.Json).Span);
            if (definition.Variable is { } variable)
            {
                Add(hash, variable, project.Environment().GetValueOrDefault(variable, ""));
            }

            if (definition.File is { } file)
            {
                Add(hash, file, inputs.Of(file));
            }
        }

        foreach (var bind in service.Binds.Where(bind => IsConfiguration(bind, project.Directory)))
        {
            Add(hash, bind.Source, inputs.Of(bind.Source));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static string Digest(BuildSource build, byte[] key, InputStates.Reader inputs)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add(hash, "build", CanonicalJson.Of(build.Json).Span);
        if (Path.IsPathRooted(build.Context))
        {
            Add(hash, build.Context, inputs.OfContext(build.Context));
        }

        if (build.Dockerfile is { } file)
        {
            Add(hash, file, inputs.Of(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static IEnumerable<Definition> Used(ResolvedModel model, ResolvedService service) =>
        new[] { (service.Configs, model.Configs), (service.Secrets, model.Secrets), (service.Networks, model.Networks), (service.Volumes, model.Volumes) }
            .SelectMany(kind => kind.Item1.Order(StringComparer.Ordinal).Select(name => kind.Item2.GetValueOrDefault(name)))
            .OfType<Definition>();

    /// <summary>
    /// Configuration is: what Harbor rendered (<c>var/run</c>), a single file, a folder of the project mounted read-only. The rest is data: it changes
    /// while the service runs (mounted to be written), or is the machine's (<c>/sys</c>, <c>/</c>).
    /// </summary>
    private static bool IsConfiguration(BindMount bind, string root) =>
        IsUnder(bind.Source, Path.Combine(root, "var", "run")) || File.Exists(bind.Source)
        || (bind.ReadOnly && IsUnder(bind.Source, root) && Directory.Exists(bind.Source));

    private static bool IsUnder(string path, string folder) => path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Add(IncrementalHash hash, string name, string value) => Add(hash, name, Encoding.UTF8.GetBytes(value));

    private static void Add(IncrementalHash hash, string name, ReadOnlySpan<byte> value)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.Length}\n"));
        hash.AppendData(value);
    }
}
