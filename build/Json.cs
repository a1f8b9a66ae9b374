using System.Text.Json;
using System.Text.Json.Serialization;

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

/// <param name="Variables">In ordinal order; several of one name where services see different values.</param>
public sealed record EnvDocument(IReadOnlyList<VariableDocument> Variables, IReadOnlyList<ConflictDocument> Conflicts);

/// <param name="Services">Who sees this value; empty: all.</param>
/// <param name="Pending">A secret that the first Prepare makes.</param>
/// <param name="Overrode">The nearest layer first.</param>
public sealed record VariableDocument(
    string Name, IReadOnlyList<string> Services, bool Secret, bool Pending, SetDocument Set, IReadOnlyList<SetDocument> Overrode, IReadOnlyList<ReaderDocument> Readers);

/// <param name="By">Where there is no file: <c>--set</c> or <c>HARBOR_ENV_NAME</c>.</param>
public sealed record SetDocument(string Value, string? File, int? Line, string? By);

/// <param name="Kind"><c>compose</c>, <c>template</c>, <c>layer</c> or <c>step</c>.</param>
public sealed record ReaderDocument(string Kind, string File, int Line, string? Service);

public sealed record ConflictDocument(string Name, IReadOnlyList<ServiceValueDocument> Values);

public sealed record ServiceValueDocument(string Service, SetDocument Set);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceDocument))]
[JsonSerializable(typeof(PrepareDocument))]
[JsonSerializable(typeof(DeployDocument))]
[JsonSerializable(typeof(EnvDocument))]
internal sealed partial class Json : JsonSerializerContext
{
    public static string Of(SourceDocument document) => JsonSerializer.Serialize(document, Default.SourceDocument);

    public static string Of(PrepareDocument document) => JsonSerializer.Serialize(document, Default.PrepareDocument);

    public static string Of(EnvDocument document) => JsonSerializer.Serialize(document, Default.EnvDocument);

    public static string Of(DeployDocument document) => JsonSerializer.Serialize(document, Default.DeployDocument);
}
