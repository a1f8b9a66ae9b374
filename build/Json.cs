using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Build.Plan;

namespace Harbor.Build;

/// <summary>What <c>--output json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Files">Relative to the root, in order.</param>
public sealed record SourceDocument(IReadOnlyList<string> Files, IReadOnlyList<string> Services, IReadOnlyList<string> Options, IReadOnlyList<string> Capabilities);

public sealed record PrepareDocument(bool UpToDate, IReadOnlyList<ChangeDocument> Changes);

/// <param name="Path">Relative to the root.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
public sealed record ChangeDocument(string Path, string Change);

public sealed record DeployDocument(string Project, bool UpToDate, IReadOnlyList<ServiceDocument> Services);

public sealed record ServiceDocument(string Service, string Container, string State, string Health, IReadOnlyList<string> Addresses);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SourceDocument))]
[JsonSerializable(typeof(PrepareDocument))]
[JsonSerializable(typeof(DeployDocument))]
[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class Json : JsonSerializerContext
{
    public static string Of(SourceDocument document) => JsonSerializer.Serialize(document, Default.SourceDocument);

    public static string Of(PrepareDocument document) => JsonSerializer.Serialize(document, Default.PrepareDocument);

    public static string Of(PlanDocument document) => JsonSerializer.Serialize(document, Default.PlanDocument);

    public static string Of(DeployDocument document) => JsonSerializer.Serialize(document, Default.DeployDocument);
}
