using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>Collects Compose's <c>profiles:</c> of services, with those of the services that they extend.</summary>
internal sealed class ServiceProfiles
{
    private readonly Dictionary<(string File, string Service), HashSet<string>> _own = [];
    private readonly List<((string File, string Service) From, (string File, string Service) To)> _extends = [];
    private readonly HashSet<(string File, string Service)> _services = [];

    public IEnumerable<string> Services => _services.Select(service => service.Service);

    /// <param name="isOfProject">False in a file of which only a service is extended.</param>
    /// <param name="fill">Fills in variables; null where it can't.</param>
    public void Add(string file, string service, YamlNode node, bool isOfProject, Func<YamlScalar, string?> fill)
    {
        if (isOfProject)
        {
            _services.Add((file, service));
        }

        if (node["profiles"] is not { } profiles)
        {
            return;
        }

        if (!_own.TryGetValue((file, service), out var own))
        {
            _own.Add((file, service), own = []);
        }

        if (profiles.Tag is "!reset" or "!override")
        {
            own.Clear();
        }

        if (profiles is YamlList list && profiles.Tag != "!reset")
        {
            own.UnionWith(list.Items.OfType<YamlScalar>().Select(fill).OfType<string>());
        }
    }

    public void AddExtends(string file, string service, string toFile, string toService) =>
        _extends.Add(((file, service), (toFile, toService)));

    /// <summary>Of each service of the project that has some.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Result()
    {
        var result = new SortedDictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (var name in _services.GroupBy(service => service.Service))
        {
            var profiles = name.SelectMany(service => All(service, [])).ToHashSet();
            if (profiles.Count > 0)
            {
                result.Add(name.Key, profiles);
            }
        }

        return result;
    }

    private IEnumerable<string> All((string File, string Service) service, HashSet<(string File, string Service)> seen) =>
        !seen.Add(service)
            ? []
            : _extends.Where(edge => edge.From == service).SelectMany(edge => All(edge.To, seen))
                .Concat(_own.GetValueOrDefault(service, []));
}
