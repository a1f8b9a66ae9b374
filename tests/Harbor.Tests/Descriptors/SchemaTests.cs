using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Descriptors;
using Harbor.Descriptors.Reading;
using Harbor.Yaml;
using Json.Schema;

namespace Harbor.Tests.Descriptors;

public sealed class SchemaTests
{
    private static readonly string[] Keywords =
    [
        "type", "const", "enum", "pattern", "minLength", "minimum", "maximum", "minItems", "items",
        "contains", "minContains", "maxContains", "minProperties", "required", "properties",
        "propertyNames", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref", "description",
        "default", "examples", "title", "$schema", "$defs",
    ];

    private static readonly DescriptorSchema Schema =
        new((JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(DescriptorProject.Data, "harbor.schema.json")))!);

    public static TheoryData<string> GoodFiles => Files("good");

    public static TheoryData<string> BadFiles => Files("bad");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Schema_and_reader_accept_and_refuse_the_same(bool stack)
    {
        var differences = new List<string>();
        var (root, accepted, refused) = (stack ? Schema.Root["$defs"]!["stack"]! : Schema.Root, 0, 0);

        foreach (var text in new SchemaSamples(Schema).Values(root).Select(value => value is null ? "null" : value.ToJsonString())
            .Distinct())
        {
            var expected = Schema.Accepts(JsonNode.Parse(text), root);
            var problems = Problems(text, stack);
            if (expected != (problems.Length == 0) && !IsBeyondSchemas(problems))
            {
                differences.Add($"The schema {(expected ? "accepts" : "refuses")} {text}; the reader: '{problems}'");
            }

            _ = expected ? accepted++ : refused++;
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));

        Assert.True(accepted > 150 && refused > 500, $"{accepted} accepted, {refused} refused: the samples say too little.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Schema_and_reader_know_the_same_keys(bool stack)
    {
        var root = stack ? Schema.Root["$defs"]!["stack"]! : Schema.Root;

        var read = new SchemaSamples(Schema).Values(root).OfType<JsonObject>()
            .SelectMany(value => KnownByReader(Problems(value.ToJsonString(), stack))).ToHashSet();

        Assert.Equal(KnownBySchema(root).Order(StringComparer.Ordinal).Distinct(), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_word_of_the_reader_is_in_the_schema()
    {
        var definitions = Schema.Root["$defs"]!;

        Assert.Equal(Words.Engines.Select(word => word.Text), Strings(definitions["engine"]!["enum"]!));
        Assert.Equal(Words.SourceTypes.Select(word => word.Text), Constants("environmentSource", "type"));
        Assert.Equal(Words.HookTypes.Select(word => word.Text), Constants("hook", "type"));
        Assert.Equal(StepAction.In("deploy").All.Select(action => action.Name), Constants("deployStep", "action"));
        Assert.Equal(StepAction.In("post_deploy").All.Select(action => action.Name), Constants("postDeployStep", "action"));
        Assert.Equal(StepAction.In("destroy").All.Select(action => action.Name), Constants("destroyStep", "action"));
        Assert.Equal(Words.Wildcards.Select(word => word.Text),
            Strings(definitions["source"]!["properties"]!["rules"]!["properties"]!["wildcard"]!["enum"]!));

        IEnumerable<string> Constants(string definition, string key) =>
            definitions[definition]!["oneOf"]!.AsArray().Select(branch => (string)branch!["properties"]![key]!["const"]!);
    }

    [Fact]
    public void No_keyword_of_the_schema_is_misspelt_and_so_without_effect() =>
        Assert.Empty(((JsonObject)Schema.Root["$defs"]!).SelectMany(definition => KeywordsIn(definition.Value!))
            .Concat(KeywordsIn(Schema.Root)).Except(Keywords));

    [Fact]
    public void The_schema_is_one_by_its_draft() =>
        Assert.True(MetaSchemas.Draft201909.Evaluate(JsonSerializer.SerializeToElement(Schema.Root)).IsValid);

    [Fact]
    public void Every_key_has_a_description_for_the_editor()
    {
        foreach (var (path, property) in Properties(Schema.Root, "").Where(property => property.Schema is JsonObject))
        {
            Assert.True(property["description"] is not null || Schema.Resolve(property)["description"] is not null, $"{path} has none.");
        }
    }

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void A_good_file_is_good_by_both(string file)
    {
        var text = File.ReadAllText(file);

        Assert.True(Schema.Accepts(Json(YamlTree.Parse(text, "x", new ProblemList()))));
        Assert.Equal("", Problems(text, stack: false));
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_is_bad_by_the_schema_too(string file) =>
        Assert.False(Schema.Accepts(Json(YamlTree.Parse(YamlText.Decode(File.ReadAllBytes(file), "x"), "x", new ProblemList()))));

    [Fact]
    public void The_example_of_the_brief_is_good_by_the_schema() =>
        Assert.True(
            Schema.Accepts(
            Json(YamlTree.Parse(File.ReadAllText(Path.Combine(DescriptorProject.Data, "example.yaml")), "x", new ProblemList()))));

    /// <summary>That a profile's capabilities are among those of <c>source.rules</c> is a reference, which no schema can follow.</summary>
    private static bool IsBeyondSchemas(string problems) =>
        problems.Split('\n').All(problem => problem.Contains("'capabilities' is the text", StringComparison.Ordinal));

    private static string Problems(string text, bool stack)
    {
        var problems = new ProblemList();
        var node = YamlTree.Parse(text, "x", problems);
        if (stack)
        {
            new StackReader("web", problems, new ReferenceList()).Read(node);
        }
        else
        {
            new SystemReader("project", problems, new ReferenceList()).Read(node);
        }

        return string.Join('\n', problems.All());
    }

    private static IEnumerable<string> KnownByReader(string problems) =>
        problems.Split('\n').Where(problem => problem.Contains($"'{SchemaSamples.UnknownKey}'", StringComparison.Ordinal))
            .Select(problem => problem[(problem.IndexOf("Known keys: ", StringComparison.Ordinal) + "Known keys: ".Length)..].TrimEnd('.'));

    private static IEnumerable<string> KnownBySchema(JsonNode at)
    {
        var node = Schema.Resolve(at);
        var keys = (node["properties"] as JsonObject)?.Select(property => property.Key).Order(StringComparer.Ordinal).ToList() ?? [];
        return Children(node).SelectMany(KnownBySchema).Concat(keys.Count == 0 ? [] : [string.Join(", ", keys)]);
    }

    private static IEnumerable<(string Path, JsonNode Schema)> Properties(JsonNode at, string path) =>
        Children(Schema.Resolve(at)).SelectMany(child => Properties(child, path))
            .Concat(((Schema.Resolve(at)["properties"] as JsonObject) ?? [])
                .Select(property => ($"{path}/{property.Key}", property.Value!)));

    private static IEnumerable<string> KeywordsIn(JsonNode at) =>
        at is JsonObject schema ? schema.Select(keyword => keyword.Key).Concat(Children(schema).SelectMany(KeywordsIn)) : [];

    private static IEnumerable<JsonNode> Children(JsonObject node) =>
        ((node["properties"] as JsonObject)?.Select(property => property.Value!) ?? [])
            .Concat(DescriptorSchema.Combinators.SelectMany(key => node[key]?.AsArray() ?? []).Select(branch => branch!))
            .Concat(new[] { node["items"], node["additionalProperties"] as JsonObject }.OfType<JsonNode>());

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        YamlScalar { Kind: ScalarKind.Null } => null,
        YamlScalar { Kind: ScalarKind.Boolean } scalar => scalar.Value == "true",
        YamlScalar { Kind: ScalarKind.Integer } scalar => long.Parse(scalar.Value, CultureInfo.InvariantCulture),
        YamlScalar { Kind: ScalarKind.Number } scalar => double.Parse(scalar.Value, CultureInfo.InvariantCulture),
        _ => ((YamlScalar)node).Value,
    };

    private static IEnumerable<string> Strings(JsonNode array) => array.AsArray().Select(word => (string)word!);

    private static TheoryData<string> Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(DescriptorProject.Data, folder), "*.yaml").Order(StringComparer.Ordinal)];
}
