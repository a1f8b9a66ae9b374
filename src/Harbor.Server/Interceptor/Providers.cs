using System.Globalization;
using Harbor.Descriptors.Reading;
using Harbor.Yaml;

namespace Harbor.Server.Interceptor;

/// <summary>The providers of this server or worker: <c>providers.yaml</c> of its data folder. Without the file there are none.</summary>
public sealed class Providers
{
    private static readonly Dictionary<string, (string[] Wires, string[] Prefixes)> Kinds = new()
    {
        ["openai"] = ([Wires.Chat, Wires.Responses], ["gpt"]),
        ["anthropic"] = ([Wires.Messages], ["claude"]),
    };

    public Providers(DataFolder data) => All = File.Exists(data.ProvidersFile) ? Read(data.ProvidersFile) : [];

    public IReadOnlyList<Provider> All { get; }

    /// <summary>By its name, else by the longest beginning of the model's name.</summary>
    public Provider? Find(string? name, string model) => name is not null ? All.FirstOrDefault(provider => provider.Name == name)
        : All.SelectMany(provider => provider.ModelPrefixes, (provider, prefix) => (provider, prefix))
            .Where(pair => model.StartsWith(pair.prefix, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(pair => pair.prefix.Length).Select(pair => pair.provider).FirstOrDefault();

    /// <exception cref="UsageException">Has every problem of the file with its line.</exception>
    private static List<Provider> Read(string path)
    {
        var problems = new ProblemList();
        var found = new List<Provider>();
        try
        {
            var root = YamlTree.Parse(YamlText.Read(path, path), path, problems);
            Fields.Read(root, "the providers", problems, fields =>
            {
                fields.ReadMap("providers", map =>
                {
                    map.AcceptAnything();
                    found.AddRange(map.Entries.Select(entry => Fields.Read(entry.Value, $"provider '{entry.Key.Value}'", problems,
                        inner => One(entry.Key.Value, inner, problems))).OfType<Provider>());
                });
                return found;
            });
        }
        catch (InvalidStackException error)
        {
            throw new UsageException(error.Message);
        }

        return problems.All().ToList() is { Count: > 0 } all ? throw new UsageException(string.Join('\n', all)) : found;
    }

    private static Provider? One(string name, Fields fields, ProblemList problems)
    {
        var kind = fields.ReadRequiredText("kind") ?? "";
        var url = fields.ReadRequiredText("base_url") ?? "";
        var key = fields.ReadRequiredText("key") ?? "";
        var wires = fields.ReadTexts("wires");
        var prefixes = fields.ReadTexts("model_prefixes");
        var prices = fields.ReadMap("prices", map => Prices(map, problems));
        void Require(bool isMet, string field, string message)
        {
            if (!isMet)
            {
                problems.Add(fields.LocationOf(field), message);
            }
        }

        Require(Kinds.ContainsKey(kind), "kind", $"'kind' must be openai or anthropic (got '{kind}').");
        Require(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https", "base_url",
            "'base_url' must be an http or https URL.");
        Require(key.StartsWith("env:", StringComparison.Ordinal) || key.StartsWith("file:", StringComparison.Ordinal), "key",
            "'key' says where the key is: env:NAME or file:PATH. The key itself must not be in this file.");
        Require((wires ?? []).All(Wires.All.Contains), "wires", $"'wires' must be of {string.Join(", ", Wires.All)}.");
        return !Kinds.TryGetValue(kind, out var plain) ? null : new Provider
        {
            Name = name,
            Kind = kind,
            BaseUrl = url.TrimEnd('/'),
            Key = key,
            Wires = wires ?? plain.Wires,
            ModelPrefixes = prefixes ?? plain.Prefixes,
            Prices = prices ?? [],
        };
    }

    private static Dictionary<string, ModelPrice> Prices(Fields map, ProblemList problems)
    {
        map.AcceptAnything();
        var prices = new Dictionary<string, ModelPrice>();
        foreach (var (model, node) in map.Entries)
        {
            Fields.Read(node, $"the prices of '{model.Value}'", problems, fields =>
            {
                var input = Price(fields, "input", problems) ?? 0;
                return prices[model.Value] = new ModelPrice(
                    input, Price(fields, "cached", problems) ?? input, Price(fields, "output", problems) ?? 0);
            });
        }

        return prices;
    }

    private static decimal? Price(Fields fields, string name, ProblemList problems)
    {
        if (fields.ReadScalar(name) is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price))
        {
            return price;
        }

        problems.Add(fields.LocationOf(name), $"'{name}' must be dollars for a million tokens, such as 1.25.");
        return null;
    }
}
