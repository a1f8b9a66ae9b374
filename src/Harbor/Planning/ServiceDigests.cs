using Harbor.Compose;
using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>
/// One keyed hash per service over everything that its containers are made of: what Compose resolved, the definitions it uses, the contents
/// of mounted configuration and secrets. Compose's own hash misses changed mounts, and differs from its label where <c>env_file</c> is
/// used.
/// </summary>
/// <param name="Services">By service, 32 hex digits: the label <see cref="ComposeTool.DigestLabel"/>. Different means: recreate.</param>
/// <param name="Parts">By service, everything that its containers are made of, each with a hash of its own.</param>
/// <param name="Inputs">The files and folders that were read, and what they looked like.</param>
public sealed record ServiceDigests(
    IReadOnlyDictionary<string, string> Services,
    IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>> Parts,
    ServiceBuilds Builds,
    IReadOnlyDictionary<Input, string> Inputs)
{
    /// <summary>
    /// By service that has them: those of its parts that are not in its digest, because its containers can be reloaded
    /// (<see cref="Reload"/>).
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>> Reloadable { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<Part, string>>();

    /// <param name="key">The digests cover secrets, and stand in labels that everybody can read.</param>
    /// <param name="pending">What is to be written before the containers are created; null where everything is written.</param>
    public static ServiceDigests Compute(ResolvedModel model, ComposeProject project, ProjectKey key, PendingFiles? pending = null)
    {
        var inputs = new InputReader(key, project.Directory, pending);
        var services = new Dictionary<string, string>();
        var parts = new Dictionary<string, IReadOnlyDictionary<Part, string>>();
        var reloadable = new Dictionary<string, IReadOnlyDictionary<Part, string>>();
        foreach (var service in model.Services.Values)
        {
            var reloads = new SortedDictionary<Part, string>(Part.InOrder);
            var own = ServiceParts.Compute(model, service, project, key, inputs, reloads);
            services[service.Name] = Digest(own, key);
            parts[service.Name] = own;
            if (reloads.Count > 0)
            {
                reloadable[service.Name] = reloads;
                parts[service.Name] = new SortedDictionary<Part, string>(own.Concat(reloads).ToDictionary(), Part.InOrder);
            }
        }

        var builds = new ServiceBuilds(new BuildInputsReader(model, key, project.Directory, inputs).Read(), key);
        return new ServiceDigests(services, parts, builds, inputs.States) { Reloadable = reloadable };
    }

    private static string Digest(SortedDictionary<Part, string> parts, ProjectKey key)
    {
        using var hash = key.Begin();
        foreach (var (part, value) in parts)
        {
            hash.Add(part.ToString(), value);
        }

        return hash.ToHex(digits: 32);
    }
}
