using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Reads an eval job's config from TOML.</summary>
internal static class EvalToml
{
    private static readonly string[] Keys =
    [
        "task_app_url", "url", "local_api_url", "container_url", "backend_url", "api_key", "task_app_api_key", "local_api_key",
        "container_api_key", "app_id", "env_name", "seeds", "policy_config", "policy", "env_config", "verifier_config", "verifier",
        "concurrency", "max_concurrent", "timeout", "attempts", "success_threshold", "max_infra_retries", "budget", "retain",
    ];

    private static readonly string[] BudgetKeys = ["max_calls", "max_tokens", "max_cost_usd"];

    public static EvalJobConfig Read(string name, string text)
    {
        var toml = new TomlText(name, text);
        return toml.Root["eval"] is JsonObject eval ? new Section(toml, eval, "eval").ReadEval()
            : toml.Root["prompt_learning"] is JsonObject learning ? new Section(toml, learning, "prompt_learning").ReadPromptLearning()
            : throw new HarborSpecException([toml.Error("", "there is no [eval] table, and no [prompt_learning] either")]);
    }

    private sealed class Section(TomlText toml, JsonObject table, string name)
    {
        private readonly List<FieldError> _errors = [];

        public EvalJobConfig ReadEval()
        {
            foreach (var key in toml.Root.Select(pair => pair.Key).Where(key => key != "eval"))
            {
                _errors.Add(toml.Error(key, $"unknown key '{key}'; only [eval] is read"));
            }

            Unknown(table, name, Keys);
            Unknown(table["budget"] as JsonObject ?? [], name + ".budget", BudgetKeys);
            var config = new EvalJobConfig
            {
                TaskAppUrl = Text("task_app_url", "url", "local_api_url", "container_url"),
                BackendUrl = Text("backend_url"),
                ApiKey = Text("api_key"),
                TaskAppApiKey = Text("task_app_api_key", "local_api_key", "container_api_key"),
                AppId = Text("app_id"),
                EnvName = Text("env_name") ?? "default",
                Seeds = Seeds(table, name),
                PolicyConfig = Object("policy_config", "policy") ?? [],
                EnvConfig = Object("env_config") ?? [],
                VerifierConfig = Object("verifier_config", "verifier"),
                Concurrency = Whole("concurrency", "max_concurrent") ?? 5,
                Timeout = Number("timeout") ?? 600,
                Attempts = Whole("attempts") ?? 1,
                SuccessThreshold = Number("success_threshold") ?? 1.0,
                MaxInfraRetries = Whole("max_infra_retries") ?? 2,
                Budget = Object("budget") is null ? null : new LlmBudget
                {
                    MaxCalls = Whole("budget.max_calls"),
                    MaxTokens = Whole("budget.max_tokens"),
                    MaxCostUsd = Number("budget.max_cost_usd"),
                },
                Retain = Text("retain"),
            };
            return Checked(config);
        }

        /// <summary>A file of the optimiser has more keys; only those of an evaluation are read.</summary>
        public EvalJobConfig ReadPromptLearning()
        {
            var evaluation = table["gepa"]?["evaluation"] as JsonObject ?? [];
            return Checked(new EvalJobConfig
            {
                AppId = Text("task_app_id"),
                TaskAppUrl = Text("task_app_url", "local_api_url", "container_url"),
                EnvName = Text("gepa.env_name") ?? "default",
                Seeds = Seeds(evaluation, name + ".gepa.evaluation"),
                PolicyConfig = Object("gepa.policy", "policy") ?? [],
                VerifierConfig = Object("verifier"),
            });
        }

        private EvalJobConfig Checked(EvalJobConfig config) => _errors.Count == 0 ? config : throw new HarborSpecException(_errors);

        private void Unknown(JsonObject part, string path, string[] known) => _errors.AddRange(part.Select(pair => pair.Key)
            .Where(key => !known.Contains(key))
            .Select(key => toml.Error($"{path}.{key}", $"unknown key '{key}' in [{path}]; known are {string.Join(", ", known)}")));

        private string? Text(params string[] keys) => Get<string>(keys, "text", value => value.TryGetValue(out string? text) ? text : null);

        private JsonObject? Object(params string[] keys)
        {
            var (path, node) = Find(keys);
            if (node is not (null or JsonObject))
            {
                _errors.Add(toml.Error(path, $"'{path}' must be a table"));
            }

            return (node as JsonObject)?.DeepClone().AsObject();
        }

        private long? Whole(params string[] keys) => (long?)Get<object>(
            keys, "a whole number", value => value.TryGetValue(out long number) ? number : null);

        private double? Number(params string[] keys) => (double?)Get<object>(
            keys, "a number",
            value => value.TryGetValue(out double number) ? number : value.TryGetValue(out long whole) ? (double)whole : null);

        private T? Get<T>(string[] keys, string kind, Func<JsonValue, T?> read)
            where T : class
        {
            var (path, node) = Find(keys);
            var value = node is JsonValue scalar ? read(scalar) : null;
            if (node is not null && value is null)
            {
                _errors.Add(toml.Error(path, $"'{path}' must be {kind}"));
            }

            return value;
        }

        /// <summary>The first of the keys that is there; a dot goes into a table.</summary>
        private (string Path, JsonNode? Node) Find(string[] keys)
        {
            foreach (var key in keys)
            {
                JsonNode? node = table;
                foreach (var part in key.Split('.'))
                {
                    node = (node as JsonObject)?[part];
                }

                if (node is not null)
                {
                    return ($"{name}.{key}", node);
                }
            }

            return ($"{name}.{keys[0]}", null);
        }

        private IReadOnlyList<long> Seeds(JsonObject part, string path)
        {
            if (part["seeds"] is not { } seeds)
            {
                return [];
            }

            try
            {
                return JsonSerializer.Deserialize($$"""{"seeds":{{seeds.ToJsonString()}}}""", HarborJson.Default.EvalJobRequest)!.Seeds;
            }
            catch (JsonException error)
            {
                _errors.Add(toml.Error(path + ".seeds", error.Message));
                return [];
            }
        }
    }
}
