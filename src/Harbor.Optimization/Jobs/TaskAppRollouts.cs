using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization.Jobs;

/// <summary>Runs candidates on a task app.</summary>
internal sealed class TaskAppRollouts(PromptLearningConfig config, ITaskAppClient app)
{
    private const int LongestText = 8000;

    public async Task<RolloutResult> RunAsync(Rollout rollout, CancellationToken ct)
    {
        try
        {
            return Result(rollout, await app.RolloutAsync(Request(config, rollout), ct));
        }
        catch (HarborExecutionException e)
        {
            return RolloutResult.PlatformFailed(e.Message);
        }
        catch (HarborApiException e)
        {
            return RolloutResult.PlatformFailed(e.Message);
        }
    }

    public static RolloutRequest Request(PromptLearningConfig config, Rollout rollout)
    {
        var policy = config.Policy;
        var settings = Object(policy.Config);
        Set(settings, "model", policy.Model);
        Set(settings, "provider", policy.Provider);
        Set(settings, "inference_mode", policy.InferenceMode);
        settings["temperature"] = policy.Temperature;
        settings["max_completion_tokens"] = policy.MaxCompletionTokens;
        var request = new RolloutRequest
        {
            TraceCorrelationId = FormattableString.Invariant($"{rollout.IdempotencyKey}-{rollout.Attempt}"),
            RunId = rollout.IdempotencyKey,
            Env = new RolloutEnv
            {
                EnvName = config.EnvName,
                Config = Object(config.EnvConfig),
                Seed = long.Parse(rollout.Example.Name, CultureInfo.InvariantCulture),
            },
            Policy = new RolloutPolicy { PolicyName = policy.PolicyName, Config = settings },
            PromptTemplate = PromptTexts.Template(config, rollout.Candidate),
        };
        if (config.Verifier is { } verifier)
        {
            request.Other = new Dictionary<string, JsonElement> { ["verifier"] = Element(verifier) };
        }

        return request;
    }

    /// <summary>The score and what a model that writes new texts should know. No reward is no score, never 0.</summary>
    public static RolloutResult Result(Rollout rollout, RolloutResponse response)
    {
        if (response.RewardOrNull() is not { } reward)
        {
            return RolloutResult.PlatformFailed(response.Error ?? response.StatusDetail ?? "the rollout has no reward");
        }

        var details = (JsonObject)(response.RewardInfo?.Details ?? response.Metrics?.Details ?? []).DeepClone();
        foreach (var name in new[] { "harbor_execution", "harbor_success", "harbor_error" })
        {
            details.Remove(name);
        }

        var feedback = new List<KeyValuePair<string, SideInfo>> { new("score", reward) };
        feedback.AddRange(details.Select(detail => KeyValuePair.Create(detail.Key, Shortened(detail.Value))));
        if (response.Error is { Length: > 0 } error)
        {
            feedback.Add(new("error", error));
        }

        var usage = response.ExecutionMetadata?.Llm;
        return RolloutResult.Scored(reward) with
        {
            Trace = SideInfo.Of(
                new("Inputs", $"seed {rollout.Example.Name}"),
                new("Generated Outputs", Outputs(response)),
                new("Feedback", SideInfo.Of(feedback))),
            Objectives = Objectives(response.RewardInfo?.OutcomeObjectives),
            Cost = usage?.CostComplete == false ? null : (decimal?)usage?.CostUsd,
        };
    }

    private static SideInfo Outputs(RolloutResponse response) => response.Trace is not null ? Shortened(response.Trace)
        : response.Artifact is { Count: > 0 } artifacts ? new SideInfo.List([.. artifacts.Select(item => Shortened(item.Content))])
        : new SideInfo.None();

    private static KeyValuePair<string, double>[]? Objectives(JsonObject? objectives)
    {
        KeyValuePair<string, double>[] numbers =
        [
            .. (objectives ?? []).Where(pair => pair.Value?.GetValueKind() == JsonValueKind.Number)
                .Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<double>()))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal),
        ];
        return numbers.Length > 0 ? numbers : null;
    }

    // A text of megabytes says no more than its end.
    private static SideInfo Shortened(JsonNode? node) => node switch
    {
        null => new SideInfo.None(),
        JsonObject map => SideInfo.Of(map.Select(entry => KeyValuePair.Create(entry.Key, Shortened(entry.Value)))),
        JsonArray list => new SideInfo.List([.. list.Select(Shortened)]),
        _ => SideInfoJson.Read(Parse(node.ToJsonString())) switch
        {
            SideInfo.Text { Value.Length: > LongestText } text => "..." + text.Value[^LongestText..],
            var leaf => leaf,
        },
    };

    private static void Set(JsonObject map, string name, string? value)
    {
        if (value is not null)
        {
            map[name] = value;
        }
    }

    internal static JsonObject Object(SideInfo? value) =>
        value is SideInfo.Map map ? (JsonObject)JsonNode.Parse(Element(map).GetRawText())! : [];

    private static JsonElement Element(SideInfo value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            SideInfoJson.Write(json, value);
        }

        return Parse(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
