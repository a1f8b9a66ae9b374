using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Pipeline.Inspect;
using Harbor.Stacks;

namespace Harbor.Pipeline;

/// <summary>Documents of <c>--output json</c>; docs/json-output.md describes them.</summary>
/// <param name="Files">Relative to the root, in Compose's order.</param>
public sealed record SourceDocument(
    IReadOnlyList<string> Files, IReadOnlyList<string> Services, IReadOnlyList<string> Options, IReadOnlyList<string> Capabilities,
    IReadOnlyList<ServiceThatIsOff> Off);

public sealed record PrepareDocument(bool UpToDate, IReadOnlyList<ChangeDocument> Changes);

/// <param name="Path">Relative to the root.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
public sealed record ChangeDocument(string Path, string Change);

public sealed record DeployDocument(string Project, bool UpToDate, IReadOnlyList<ServiceDocument> Services);

public sealed record ServiceDocument(string Service, string Container, string State, string Health, IReadOnlyList<string> Addresses);

/// <param name="Deployed">Whether this folder has deployed the stack.</param>
/// <param name="Drift">What is not as deployed, in words.</param>
public sealed record StatusDocument(
    string Project, bool Deployed, IReadOnlyList<ServiceDocument> Services, IReadOnlyList<string> Drift);

/// <param name="Variables">In ordinal order. A name occurs several times if services see different values.</param>
public sealed record EnvDocument(IReadOnlyList<VariableDocument> Variables, IReadOnlyList<ConflictDocument> Conflicts);

/// <param name="Services">The services that see this value; empty means all.</param>
/// <param name="Compose">Compose fills in its files with this value.</param>
/// <param name="Pending">The first Prepare generates this secret.</param>
/// <param name="Overrode">The nearest layer first.</param>
public sealed record VariableDocument(
    string Name, IReadOnlyList<string> Services, bool Compose, bool Secret, bool Pending, SetDocument Set,
    IReadOnlyList<SetDocument> Overrode, IReadOnlyList<ReaderDocument> Readers);

/// <param name="By"><c>--set</c> or <c>HARBOR_ENV_NAME</c>; null if a file sets the value.</param>
public sealed record SetDocument(string Value, string? File, int? Line, string? By);

/// <param name="Kind"><c>compose</c>, <c>template</c>, <c>layer</c>, <c>step</c> or <c>hook</c>.</param>
public sealed record ReaderDocument(string Kind, string File, int Line, string? Service);

public sealed record ConflictDocument(string Name, IReadOnlyList<ServiceValueDocument> Values);

public sealed record ServiceValueDocument(string Service, SetDocument Set);

/// <param name="Searched">Number of file contents that were searched.</param>
/// <param name="Git">False if there is no repository; then all files of the folder are searched.</param>
/// <param name="TooLarge">Files that were not searched.</param>
public sealed record LintDocument(
    int Errors, int Warnings, int Searched, bool Git, IReadOnlyList<string> TooLarge, IReadOnlyList<LintFindingDocument> Findings);

/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Blob">Git's id of an older version of the file.</param>
/// <param name="Allow">A line for <c>etc/lint-allow</c> that allows this finding, without its reason.</param>
public sealed record LintFindingDocument(
    string File, int? Line, string Rule, string Severity, string Fingerprint, string Message, string? Blob, string Allow);

/// <summary>The document of <c>plan --destroy</c>, with names on the engine.</summary>
/// <param name="Kept">Volumes that stay.</param>
public sealed record RemovalDocument(
    string Project, IReadOnlyList<string> Containers, IReadOnlyList<string> Networks,
    IReadOnlyList<string> Volumes, IReadOnlyList<string> Kept);

/// <param name="Services">Sizes in bytes; null is not known.</param>
public sealed record SizeDocument(string Project, IReadOnlyList<ServiceSize> Services);

/// <param name="Checks">In the order in which they were made.</param>
public sealed record DoctorDocument(int Errors, int Warnings, IReadOnlyList<CheckDocument> Checks);

/// <param name="State"><c>ok</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Fixed">By <c>--fix</c>.</param>
public sealed record CheckDocument(string Check, string State, string Text, string? Remedy, bool Fixed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceDocument))]
[JsonSerializable(typeof(PrepareDocument))]
[JsonSerializable(typeof(DeployDocument))]
[JsonSerializable(typeof(EnvDocument))]
[JsonSerializable(typeof(LintDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(RemovalDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(SizeDocument))]
internal sealed partial class Json : JsonSerializerContext
{
    public static string Serialize(SourceDocument document) => JsonSerializer.Serialize(document, Default.SourceDocument);

    public static string Serialize(PrepareDocument document) => JsonSerializer.Serialize(document, Default.PrepareDocument);

    public static string Serialize(EnvDocument document) => JsonSerializer.Serialize(document, Default.EnvDocument);

    public static string Serialize(LintDocument document) => JsonSerializer.Serialize(document, Default.LintDocument);

    public static string Serialize(StatusDocument document) => JsonSerializer.Serialize(document, Default.StatusDocument);

    public static string Serialize(PlanDocument document) => JsonSerializer.Serialize(document, Default.PlanDocument);

    public static string Serialize(RemovalDocument document) => JsonSerializer.Serialize(document, Default.RemovalDocument);

    public static string Serialize(SizeDocument document) => JsonSerializer.Serialize(document, Default.SizeDocument);

    public static string Serialize(DoctorDocument document) => JsonSerializer.Serialize(document, Default.DoctorDocument);

    public static string Serialize(DeployDocument document) => JsonSerializer.Serialize(document, Default.DeployDocument);
}
