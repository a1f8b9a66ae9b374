namespace Harbor.Environments;

public sealed partial class StackEnvironment
{
    private const string ProcessPrefix = "HARBOR_ENV_";

    /// <summary>Reads and merges all layers. Writes nothing.</summary>
    /// <exception cref="InvalidStackException">With everything that is wrong in all files.</exception>
    public static StackEnvironment Load(EnvironmentRequest request)
    {
        using var files = new EnvironmentFiles(request);
        var shared = files.Layers(service: null);
        var services = request.Services.Distinct().ToList();
        var layers = services.ConvertAll(files.Layers);
        var overrides = Overrides(request, files.Problems);
        var secretNames = layers.SelectMany(list => list).Concat(shared)
            .Where(layer => layer.Source.Kind is LayerKind.Secrets or LayerKind.Sops)
            .SelectMany(NamesSetBy).ToHashSet();
        files.Problems.AddRange(layers.SelectMany(list => list).Concat(shared).SelectMany(Ungenerated).Distinct());
        var merge = new EnvironmentMerge(overrides, secretNames, request.KeepHistory);
        var pending = new HashSet<string>();
        files.Looked.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));

        var result = new StackEnvironment(
            request.Paths, Merge(shared))
        {
            Files = files.Looked,
            Warnings = merge.Warnings,
            Reads = merge.Reads,
            Pending = pending,
            Machine = new Dictionary<string, EnvironmentValue>(MachineVariables.Find(request.ProcessEnvironment)),
        };
        for (var i = 0; i < services.Count; i++)
        {
            result._services[services[i]] = Merge(layers[i]);
            result._serviceNames[services[i]] = [.. layers[i].Where(layer => layer.PerService).SelectMany(NamesSetBy)];
        }

        merge.Warnings.AddRange(files.Warnings);
        merge.Warnings.AddRange(SiteLosses(shared, result.Shared));

        // Shared layers are merged again for each service: each problem is listed once.
        return files.Problems.Concat(merge.Problems).Distinct().ToList() is { Count: > 0 } problems
            ? throw new InvalidStackException(problems)
            : result;

        Dictionary<string, EnvironmentValue> Merge(List<EnvironmentLayer> own) => merge.Merge(own.ConvertAll(WithPlaceholders));

        // A run that may not write sees the names too, so that templates and compose files can be checked.
        EnvironmentLayer WithPlaceholders(EnvironmentLayer layer)
        {
            if (layer.Source is not { Kind: LayerKind.Secrets, Generate.Count: > 0 })
            {
                return layer;
            }

            var missing = layer.Source.Generate.Except(layer.Entries.Select(entry => entry.Name)).ToList();
            pending.UnionWith(missing);
            return layer with
            {
                Entries = [.. layer.Entries,
                .. missing.Select(name => new DotenvEntry(name, "made-on-first-use", DotenvQuoting.SingleQuoted, 0, 0))]
            };
        }
    }

    /// <summary>A name that its file has without a value, as a copied example file does: it would stay empty without a word.</summary>
    private static IEnumerable<Problem> Ungenerated(EnvironmentLayer layer) =>
        from entry in layer.Source.Kind == LayerKind.Secrets ? layer.Entries : []
        where layer.Source.Generate.Contains(entry.Name) && entry == layer.Entries.Last(other => other.Name == entry.Name)
            && string.IsNullOrEmpty(entry.Text)
        select new Problem(layer.File, entry.Line, entry.Column,
            $"{entry.Name} has no value, and 'generate' makes one only where the line is missing: delete the line, or write the value.");

    /// <summary>The site was asked for, so it is said where another file wins.</summary>
    private static IEnumerable<Problem> SiteLosses(
        IEnumerable<EnvironmentLayer> layers, IReadOnlyDictionary<string, EnvironmentValue> values) =>
        from layer in layers
        where layer.File.StartsWith(EnvironmentFiles.SitesFolder + "/", StringComparison.Ordinal)
        from entry in layer.Entries
        where entry.Text is not null && values[entry.Name].Origin is { File: { } file } origin && file != layer.File
        select new Problem(layer.File, entry.Line, entry.Column,
            $"{entry.Name} has no effect, because {values[entry.Name].Origin} sets it in a later layer.");

    private static IEnumerable<string> NamesSetBy(EnvironmentLayer layer) =>
        layer.Entries.Select(entry => entry.Name).Concat(layer.Source.Generate);

    private static Dictionary<string, EnvironmentValue> Overrides(EnvironmentRequest request, List<Problem> problems)
    {
        var overrides = new Dictionary<string, EnvironmentValue>();
        var variables = request.ProcessEnvironment.Keys.Where(name => name.StartsWith(ProcessPrefix, StringComparison.Ordinal)).ToArray();
        Array.Sort(variables, StringComparer.Ordinal);
        foreach (var (name, url) in request.Tunnels)
        {
            Add(name, url, "the tunnel");
        }

        foreach (var name in variables)
        {
            Add(name[ProcessPrefix.Length..], request.ProcessEnvironment[name], name);
        }

        foreach (var setting in request.Settings)
        {
            // The text may be a secret in the wrong place: messages show a name only.
            var equals = setting.IndexOf('=');
            if (equals < 0)
            {
                problems.Add(
                    new(null, 0, 0, VariableNames.IsName(setting)
                    ? $"--set {setting}: NAME=value is expected." : "--set: NAME=value is expected."));
                continue;
            }

            Add(setting[..equals], setting[(equals + 1)..], "--set");
        }

        return overrides;

        void Add(string name, string value, string from)
        {
            if (VariableNames.Refusal(name) is { } refusal)
            {
                problems.Add(new(null, 0, 0, $"{from}: {refusal}"));
            }
            else if (value.Contains('\0'))
            {
                problems.Add(new(null, 0, 0, $"{from}: the value of {name} holds a NUL character."));
            }

            overrides[name] = new(value, new Origin(null, 0, from), IsSecret: false)
            {
                Overrode = request.KeepHistory
                ? overrides.GetValueOrDefault(name) : null
            };
        }
    }
}
