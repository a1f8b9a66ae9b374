using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Harbor.Optimization.Journal;

/// <summary>What must be the same for a kept run to go on. Limits may be raised.</summary>
internal sealed record RunIdentity(IReadOnlyList<KeyValuePair<string, string>> Options, IReadOnlyList<KeyValuePair<string, decimal>> Limits)
{
    private const int Version = 1;
    private const string MetricCalls = "max metric calls";

    public static RunIdentity Of(GepaOptions options)
    {
        List<KeyValuePair<string, string>> same =
        [
            new("mode", options.Mode.ToString()),
            new("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            new("seed candidate", Hash(options.SeedCandidate.Texts.SelectMany(text => new[] { text.Key, text.Value }))),
            new("training set", Data(options.TrainSet)),
            new("validation set", options.SharesLoader ? "the training set" : Data(options.ValidationSet)),
            new("minibatch size", Text(options.MinibatchSize)),
            new("selector", options.Selector.ToString()!),
            new("frontier", options.Frontier.ToString()),
            new("components", options.Components.ToString()),
            new("acceptance", options.Acceptance.ToString()!),
            new("sampling", options.Sampling.ToString()),
            new("first sampling", options.FirstSampling?.ToString() ?? ""),
            new("selection", options.Selection.ToString()),
            new("perfect score", options.SkipPerfectScore ? Text(options.PerfectScore) : "not skipped"),
            new("merge", options.UseMerge
                ? $"{options.MaxMergeInvocations}, floor {options.MergeOverlapFloor}, rate {Text(options.MergeRate)}" : "off"),
            new("cache", options.CacheEvaluations ? "on" : "off"),
            new("tie within", Text(options.TieWithin)),
            new("raise on exception", options.RaiseOnException ? "yes" : "no"),
            new("reflection template", Hash([options.Template.Text])),
            new("rejected edits shown", Text(options.ShowRejectedEdits)),
            new("copied characters", Text(options.MaxCopiedCharacters)),
            new("held-out set", options.HoldOut is { } holdOut ? $"best {holdOut.TopK} on {Data(holdOut.Examples)}" : "none"),
            new("text rules", Rules(options.TextRules)),
            new("fruitless iterations", Text(options.MaxFruitlessIterations)),
            .. options.StopConditions.Where(condition => condition.Limit is null)
                .Select(condition => KeyValuePair.Create("stop condition", condition.Name)),
        ];
        List<KeyValuePair<string, decimal>> limits =
            [.. options.StopConditions.Where(condition => condition.Limit is not null)
                .Select(condition => KeyValuePair.Create(condition.Kind, condition.Limit!.Value))];
        if (options.MaxMetricCalls is { } calls)
        {
            limits.Add(KeyValuePair.Create(MetricCalls, (decimal)calls));
        }

        return new RunIdentity(same, limits);
    }

    public int? MaxMetricCalls => Limits.Where(limit => limit.Key == MetricCalls).Select(limit => (int?)limit.Value).FirstOrDefault();

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("version", Version);
        json.WriteStartArray("options");
        foreach (var (name, value) in Options)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("limits");
        foreach (var (name, value) in Limits)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteNumberValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <exception cref="JournalException">The journal is of another version.</exception>
    public static RunIdentity Read(JsonElement json)
    {
        var version = json.GetProperty("version").GetInt32();
        return version == Version
            ? new RunIdentity(
                [.. json.GetProperty("options").EnumerateArray()
                    .Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))],
                [.. json.GetProperty("limits").EnumerateArray()
                    .Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetDecimal()))])
            : throw new JournalException($"The journal has version {version}; this program reads version {Version}.");
    }

    /// <summary>What keeps a run with this identity from going on with the other one.</summary>
    public IReadOnlyList<string> DifferencesTo(RunIdentity asked)
    {
        List<string> differences = [];
        foreach (var name in Options.Concat(asked.Options).Select(option => option.Key).Distinct())
        {
            var (kept, wanted) = (Values(this, name), Values(asked, name));
            if (kept != wanted)
            {
                differences.Add($"{name}: '{kept}' is kept, '{wanted}' is asked for");
            }
        }

        if (!Limits.Select(limit => limit.Key).SequenceEqual(asked.Limits.Select(limit => limit.Key)))
        {
            differences.Add($"limits: {Names(this)} are kept, {Names(asked)} are asked for");
            return differences;
        }

        differences.AddRange(Limits.Zip(asked.Limits).Where(pair => pair.Second.Value < pair.First.Value).Select(pair =>
            FormattableString.Invariant(
                $"{pair.First.Key}: {pair.First.Value} is kept, {pair.Second.Value} is lower; only a higher limit is allowed")));
        return differences;
    }

    private static string Values(RunIdentity identity, string name) =>
        string.Join(", ", identity.Options.Where(option => option.Key == name).Select(option => option.Value));

    private static string Names(RunIdentity identity) =>
        identity.Limits.Count == 0 ? "none" : string.Join(", ", identity.Limits.Select(limit => limit.Key));

    private static string Text<T>(T value) => FormattableString.Invariant($"{value}");

    private static string Rules(TextRules rules) =>
        $"{Text(rules.MaxTokens)} {string.Join(" ", rules.Wildcards.OrderBy(rule => rule.Key, StringComparer.Ordinal)
        .Select(rule => $"{rule.Key}: {string.Join(",", rule.Value)}"))}".Trim();

    private static string Data(IReadOnlyList<Example> examples) =>
        $"{Text(examples.Count)} examples, {Hash(examples.SelectMany(example => new[] { example.Name, Json(example.Data) }))}";

    private static string Json(SideInfo? data)
    {
        if (data is null)
        {
            return "";
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            SideInfoJson.Write(json, data);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
