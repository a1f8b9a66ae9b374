namespace Harbor.Optimization.Configuration;

/// <summary>Reads <c>initial_prompt</c>, and finds the texts that are optimised.</summary>
internal static class InitialPromptReader
{
    private static readonly string[] MessageKeys = ["role", "pattern"];

    private static readonly string[] ModuleKeys = ["module_id", "instruction"];

    private static readonly Candidate Placeholder = new(KeyValuePair.Create("none", ""));

    public static InitialPrompt? Read(ConfigTable main)
    {
        var given = main.Has("initial_prompt");
        var prompt = main.Table("initial_prompt");
        var messages = prompt.Tables("messages").Select((message, i) => Message(message, i)).ToArray();
        var wildcards = Wildcards(prompt, messages);
        var result = new InitialPrompt(prompt.Text("id"), prompt.Text("name"), [.. messages.OrderBy(message => message.Order)], wildcards);
        if (given && messages.Length == 0)
        {
            prompt.Wrong("messages", "at least one message is expected: [[prompt_learning.initial_prompt.messages]]");
        }

        foreach (var same in messages.GroupBy(message => message.Component).Where(same => same.Count() > 1))
        {
            prompt.Wrong("messages", $"two messages are '{same.Key}'; give each its own order");
        }

        return given ? result : null;
    }

    /// <summary>The levers that are set; else the modules; else the messages.</summary>
    public static Candidate Components(ConfigTable main, ConfigTable gepa, PolicyConfig policy, InitialPrompt? prompt)
    {
        var modules = gepa.Tables("modules").Select(Module).ToArray();
        KeyValuePair<string, string>[] texts = policy.ContextOverride.Count > 0 ? [.. policy.ContextOverride]
            : modules.Length > 0 ? modules
            : [.. (prompt?.Messages ?? []).Select(message => KeyValuePair.Create(message.Component, message.Pattern))];
        if (texts.Length == 0)
        {
            main.Wrong("initial_prompt",
                "there is no text to optimise: write initial_prompt.messages, policy.context_override or gepa.modules");
        }
        else if (texts.DistinctBy(text => text.Key).Count() < texts.Length)
        {
            gepa.Wrong("modules", "two modules have the same module_id");
        }
        else
        {
            return new Candidate(texts);
        }

        return Placeholder;
    }

    private static PromptMessage Message(ConfigTable message, int index)
    {
        foreach (var name in MessageKeys.Where(name => !message.Has(name)))
        {
            message.Wrong(name, "it is missing; a text is expected");
        }

        var order = message.Count("order") ?? index;
        return new PromptMessage(message.Text("role") ?? "", message.Text("pattern") ?? "", order);
    }

    private static KeyValuePair<string, string> Module(ConfigTable module)
    {
        foreach (var name in ModuleKeys.Where(name => !module.Has(name)))
        {
            module.Wrong(name, "it is missing; a text is expected");
        }

        return KeyValuePair.Create(module.Text("module_id") ?? "", module.Text("instruction") ?? "");
    }

    private static Dictionary<string, bool> Wildcards(ConfigTable prompt, PromptMessage[] messages)
    {
        var wildcards = new Dictionary<string, bool>();
        foreach (var (name, place, value) in prompt.Open("wildcards")?.Entries ?? [])
        {
            if (value is not ConfigValue.Text { Value: "REQUIRED" or "OPTIONAL" } text)
            {
                prompt.WrongAt(value.Place, $"wildcards.{name}", $"REQUIRED or OPTIONAL is expected, not {value.Kind}");
                continue;
            }

            wildcards[name] = text.Value == "REQUIRED";
            if (wildcards[name] && !Array.Exists(messages, message => message.Pattern.Contains($"{{{name}}}", StringComparison.Ordinal)))
            {
                prompt.WrongAt(place, $"wildcards.{name}", $"it is REQUIRED, but no message holds {{{name}}}");
            }
        }

        return wildcards;
    }
}
