using System.Security.Cryptography;
using System.Text;

namespace Harbor.Compose;

/// <summary>
/// One keyed hash per service over everything that its containers are made of: what Compose resolved, the definitions it uses, the contents behind
/// mounted configuration and secrets. Compose's own hash misses changed mounts, and differs from its label where <c>env_file</c> is used.
/// </summary>
/// <param name="Services">By service, 32 hex digits: the label <see cref="ComposeTool.DigestLabel"/>. Different means: recreate.</param>
/// <param name="Parts">By service, what its digest is over, each thing by its name with a hash of its own: <c>image</c>, <c>environment LEVEL</c>, <c>mounted var/run/web/config</c> ...</param>
/// <param name="Builds">By service that is built: its instructions and its context. Different means: build.</param>
/// <param name="Inputs">What was read, and what it looked like, for <see cref="InputStates"/>.</param>
public sealed record ServiceDigests(
    IReadOnlyDictionary<string, string> Services,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Parts,
    IReadOnlyDictionary<string, string> Builds,
    IReadOnlyDictionary<string, string> Inputs)
{
    /// <summary>By service that has them: those of its parts that are not in its digest, because its containers can be reloaded (<see cref="Reload"/>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Reloadable { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <param name="key">At least 32 random bytes of this project, kept 0600: the digests cover secrets and stand in labels that everybody can read.</param>
    /// <param name="pending">What is to be written before the containers are made; null where all is written.</param>
    public static ServiceDigests Compute(ResolvedModel model, ComposeProject project, byte[] key, PendingFiles? pending = null)
    {
        var inputs = new InputStates.Reader(key, project.Directory, pending);
        var services = new Dictionary<string, string>();
        var parts = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        var builds = new Dictionary<string, string>();
        var reloadable = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var service in model.Services.Values)
        {
            var reloads = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var own = ServiceParts.Of(model, service, project, key, inputs, reloads);
            services[service.Name] = Digest(own, key);
            parts[service.Name] = own;
            if (reloads.Count > 0)
            {
                reloadable[service.Name] = reloads;
                parts[service.Name] = new SortedDictionary<string, string>(own.Concat(reloads).ToDictionary(), StringComparer.Ordinal);
            }

            if (service.Build is { } build)
            {
                builds[service.Name] = Digest(build, key, inputs);
            }
        }

        return new ServiceDigests(services, parts, builds, inputs.States) { Reloadable = reloadable };
    }

    /// <summary>The services to build: their digest is not the saved one, or their image is missing.</summary>
    /// <param name="saved">By service; empty for a first run.</param>
    /// <param name="images">The images that the engine has, by name.</param>
    public IReadOnlyList<string> ToBuild(ResolvedModel model, IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> images) =>
        [.. Builds.Where(build => !saved.TryGetValue(build.Key, out var before) || before != build.Value || !images.ContainsKey(model.Services[build.Key].Image))
            .Select(build => build.Key)];

    private static string Digest(SortedDictionary<string, string> parts, byte[] key)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var (name, part) in parts)
        {
            Add(hash, name, part);
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

    private static void Add(IncrementalHash hash, string name, string value) => Add(hash, name, Encoding.UTF8.GetBytes(value));

    private static void Add(IncrementalHash hash, string name, ReadOnlySpan<byte> value)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.Length}\n"));
        hash.AppendData(value);
    }
}
