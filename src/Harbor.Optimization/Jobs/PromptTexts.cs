using System.Text.Json.Nodes;
using Harbor.Optimization.Configuration;

namespace Harbor.Optimization.Jobs;

/// <summary>How a candidate's texts reach a rollout: in its <c>prompt_template</c>.</summary>
internal static class PromptTexts
{
    /// <summary>
    /// Messages as <c>sections</c>; levers as <c>context_override</c>; modules as <c>modules</c>, the id with its instruction.
    /// </summary>
    public static JsonObject Template(PromptLearningConfig config, Candidate candidate)
    {
        if (config.Policy.ContextOverride.Count > 0)
        {
            return new JsonObject { ["context_override"] = Map(candidate) };
        }

        var messages = config.InitialPrompt?.Messages ?? [];
        if (!candidate.Texts.Select(text => text.Key).SequenceEqual(messages.Select(message => message.Component)))
        {
            return new JsonObject { ["modules"] = Map(candidate) };
        }

        var template = new JsonObject();
        if (config.InitialPrompt?.Id is { } id)
        {
            template["id"] = id;
        }

        if (config.InitialPrompt?.Name is { } name)
        {
            template["name"] = name;
        }

        template["sections"] = new JsonArray([.. messages.Select(message => (JsonNode)new JsonObject
        {
            ["role"] = message.Role,
            ["content"] = candidate[message.Component],
            ["order"] = message.Order,
        })]);
        return template;
    }

    /// <summary>What an agent is told first: the first system message, else the lever <c>system_prompt</c>, else the first text.</summary>
    public static string SystemPrompt(Candidate candidate)
    {
        foreach (var (name, text) in candidate.Texts)
        {
            if (name == "system_prompt" || name.EndsWith(".system", StringComparison.Ordinal))
            {
                return text;
            }
        }

        return candidate.Texts[0].Value;
    }

    private static JsonObject Map(Candidate candidate) =>
        new(candidate.Texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));
}
