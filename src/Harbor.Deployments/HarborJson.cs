using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// The JSON of every request and answer: snake_case, times as RFC 3339 in UTC, and <c>null</c> for what is not known (never 0).
/// Generated at compile time, so that it works in trimmed and native programs.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(HarborErrorAnswer))]
[JsonSerializable(typeof(ServiceDescription))]
[JsonSerializable(typeof(CreateDeploymentRequest))]
[JsonSerializable(typeof(PatchDeploymentRequest))]
[JsonSerializable(typeof(HarborDeployment))]
[JsonSerializable(typeof(DeploymentList))]
[JsonSerializable(typeof(DeploymentStatusAnswer))]
[JsonSerializable(typeof(DeploymentHealth))]
[JsonSerializable(typeof(GarbageAnswer))]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuildAccepted))]
[JsonSerializable(typeof(HarborBuild))]
[JsonSerializable(typeof(BuildList))]
[JsonSerializable(typeof(ContextStored))]
[JsonSerializable(typeof(LogEnd))]
[JsonSerializable(typeof(CreateInstancesRequest))]
[JsonSerializable(typeof(InstanceBatchAnswer))]
[JsonSerializable(typeof(BuildAllAnswer))]
[JsonSerializable(typeof(HarborInstance))]
[JsonSerializable(typeof(InstanceList))]
[JsonSerializable(typeof(RolloutRequest))]
[JsonSerializable(typeof(SandboxRollout))]
[JsonSerializable(typeof(RolloutResponse))]
[JsonSerializable(typeof(RolloutAccepted))]
[JsonSerializable(typeof(HarborRollout))]
[JsonSerializable(typeof(RolloutList))]
[JsonSerializable(typeof(ArtifactList))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(RescoreRequest))]
[JsonSerializable(typeof(RolloutTrace))]
[JsonSerializable(typeof(TaskAppStatus))]
[JsonSerializable(typeof(TaskAppHealth))]
[JsonSerializable(typeof(TaskAppInfo))]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(IReadOnlyList<TaskInfo>))]
[JsonSerializable(typeof(TasksetAnswer))]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(EvalJobRequest))]
[JsonSerializable(typeof(EvalJobAccepted))]
[JsonSerializable(typeof(EvalJobStatus))]
[JsonSerializable(typeof(IReadOnlyList<EvalJobStatus>))]
[JsonSerializable(typeof(EvalResultsAnswer))]
[JsonSerializable(typeof(EvalCancelAnswer))]
[JsonSerializable(typeof(EvalResumeRequest))]
[JsonSerializable(typeof(EvalEvent))]
[JsonSerializable(typeof(EvalEvents))]
[JsonSerializable(typeof(EvalComparison))]
[JsonSerializable(typeof(WorkflowStateAnswer))]
[JsonSerializable(typeof(PackagingPlan))]
[JsonSerializable(typeof(PackageInfo))]
[JsonSerializable(typeof(PackagingDecision))]
[JsonSerializable(typeof(HarborLimits))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
public sealed partial class HarborJson : JsonSerializerContext;
