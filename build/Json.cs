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

/// <param name="Variables">In ordinal order; several of one name where services see different values.</param>
public sealed record EnvDocument(IReadOnlyList<VariableDocument> Variables, IReadOnlyList<ConflictDocument> Conflicts);

/// <param name="Services">Who sees this value; empty: all.</param>
/// <param name="Compose">Compose fills in its files with it.</param>
/// <param name="Pending">A secret that the first Prepare makes.</param>
/// <param name="Overrode">The nearest layer first.</param>
public sealed record VariableDocument(
    string Name, IReadOnlyList<string> Services, bool Compose, bool Secret, bool Pending, SetDocument Set, IReadOnlyList<SetDocument> Overrode, IReadOnlyList<ReaderDocument> Readers);

/// <param name="By">Where there is no file: <c>--set</c> or <c>HARBOR_ENV_NAME</c>.</param>
public sealed record SetDocument(string Value, string? File, int? Line, string? By);

/// <param name="Kind"><c>compose</c>, <c>template</c>, <c>layer</c>, <c>step</c> or <c>hook</c>.</param>
public sealed record ReaderDocument(string Kind, string File, int Line, string? Service);

public sealed record ConflictDocument(string Name, IReadOnlyList<ServiceValueDocument> Values);

public sealed record ServiceValueDocument(string Service, SetDocument Set);

/// <param name="Searched">How many contents were read.</param>
/// <param name="Git">False: there is no repository, and the files of the folder were searched.</param>
/// <param name="TooLarge">Files that were not searched.</param>
public sealed record LintDocument(int Errors, int Warnings, int Searched, bool Git, IReadOnlyList<string> TooLarge, IReadOnlyList<LintFindingDocument> Findings);

/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Blob">Git's name of an older content of the file.</param>
/// <param name="Allow">The line of <c>etc/lint-allow</c> that allows this, up to its reason.</param>
public sealed record LintFindingDocument(string File, int? Line, string Rule, string Severity, string Fingerprint, string Message, string? Blob, string Allow);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceDocument))]
[JsonSerializable(typeof(PrepareDocument))]
[JsonSerializable(typeof(DeployDocument))]
[JsonSerializable(typeof(EnvDocument))]
[JsonSerializable(typeof(LintDocument))]
[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class Json : JsonSerializerContext
{
    public static string Of(SourceDocument document) => JsonSerializer.Serialize(document, Default.SourceDocument);

    public static string Of(PrepareDocument document) => JsonSerializer.Serialize(document, Default.PrepareDocument);

    public static string Of(EnvDocument document) => JsonSerializer.Serialize(document, Default.EnvDocument);

    public static string Of(LintDocument document) => JsonSerializer.Serialize(document, Default.LintDocument);

    public static string Of(PlanDocument document) => JsonSerializer.Serialize(document, Default.PlanDocument);

    public static string Of(DeployDocument document) => JsonSerializer.Serialize(document, Default.DeployDocument);
}
