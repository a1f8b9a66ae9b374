using System.Text.Json.Serialization;

namespace Harbor.State;

/// <summary>The files below <c>var/state</c>. What a record's type does not allow to be missing or null is damage.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(SavedState<DeployedStack>))]
[JsonSerializable(typeof(SavedState<DeployedInputs>))]
[JsonSerializable(typeof(SavedState<LoadedFiles>))]
[JsonSerializable(typeof(SavedState<OpenTunnels>))]
internal sealed partial class StateJson : JsonSerializerContext;
