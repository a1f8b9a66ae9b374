using Harbor.Compose;
using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>The images that a project builds: what each is made from, and which have to be built before which.</summary>
public sealed class ServiceBuilds
{
    private readonly IReadOnlyDictionary<string, BuildInputs> _inputs;
    private readonly ProjectKey _key;

    internal ServiceBuilds(IReadOnlyDictionary<string, BuildInputs> inputs, ProjectKey key) => (_inputs, _key) = (inputs, key);

    /// <summary>Names of images that some are made from and that no service builds.</summary>
    public IReadOnlyList<string> BaseImages =>
        [.. _inputs.Values.SelectMany(build => build.Images).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Services whose build reads something that Harbor can't look at: they are built with each Deploy.</summary>
    public IReadOnlyList<UnknownInput> Unknown =>
        [.. _inputs.SelectMany(build => build.Value.Unknown.Select(why => new UnknownInput(build.Key, why)))];

    /// <summary>By service, a keyed hash. Different means: build.</summary>
    /// <param name="images">Ids by name of what the engine has.</param>
    public IReadOnlyDictionary<string, string> Digests(IReadOnlyDictionary<string, string> images)
    {
        var digests = new Dictionary<string, string>();
        foreach (var service in Rounds(_inputs.Keys).SelectMany(round => round))
        {
            var build = _inputs[service];
            using var hash = _key.Begin();
            hash.Add("own", build.Digest);
            foreach (var other in build.Services)
            {
                hash.Add($"service {other}", digests.GetValueOrDefault(other, ""));
            }

            foreach (var image in build.Images)
            {
                hash.Add($"image {image}", images.GetValueOrDefault(image, ""));
            }

            digests[service] = hash.ToHex(digits: 32);
        }

        return digests;
    }

    /// <summary>
    /// The services to build: their digest is not the saved one, their image is missing, what they are made from is not known, or is built.
    /// </summary>
    /// <param name="saved">By service; empty for a first Deploy.</param>
    /// <param name="images">Ids by name of what the engine has.</param>
    public IReadOnlyList<string> ToBuild(
        ResolvedModel model, IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> images)
    {
        var digests = Digests(images);
        var changed = _inputs.Keys.Where(service => _inputs[service].Unknown.Count > 0
            || saved.GetValueOrDefault(service) != digests[service]
            || !images.ContainsKey(model.Services[service].Image)).ToHashSet();
        for (var before = -1; before < changed.Count;)
        {
            before = changed.Count;
            changed.UnionWith([.. _inputs.Where(build => build.Value.Services.Any(changed.Contains)).Select(build => build.Key)]);
        }

        return [.. changed.Order(StringComparer.Ordinal)];
    }

    /// <summary>In the order in which they are built: each round needs only those before it.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rounds(IEnumerable<string> services)
    {
        var rounds = new List<IReadOnlyList<string>>();
        var left = services.Where(_inputs.ContainsKey).ToHashSet();
        while (left.Count > 0)
        {
            var next = left.Where(service => !_inputs[service].Services.Any(left.Contains)).Order(StringComparer.Ordinal).ToList();
            rounds.Add(next.Count > 0 ? next : [.. left.Order(StringComparer.Ordinal)]); // In a circle: the builder says so.
            left.ExceptWith(rounds[^1]);
        }

        return rounds;
    }
}
