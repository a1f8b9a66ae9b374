using System.Text.Json.Serialization;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Http;

/// <summary>What only the server reads and writes; the records of both sides are in Harbor.Deployments.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ExecutionMetadata))]
[JsonSerializable(typeof(List<RolloutAttempt>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(byte[]))] // In the document of the API.
internal sealed partial class ServerJson : JsonSerializerContext;

/// <param name="Problem">What is not ready, where something is not.</param>
public sealed record HealthAnswer(string Status, string? Problem = null);
