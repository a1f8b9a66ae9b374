using System.Text.Json;
using Harbor.Descriptors;
using Harbor.Descriptors.Reading;

namespace Harbor.Hooks;

/// <summary>How <see cref="DeployedHooks"/> stands in the saved state.</summary>
internal static class DeployedHooksJson
{
    public static DeployedHooks Read(JsonElement json)
    {
        var runner = json.GetProperty("runner");
        return new DeployedHooks([.. json.GetProperty("hooks").EnumerateArray().Select(Hook)], new RunnerSection
        {
            Image = runner.GetProperty("image").GetString(),
            Timeout = Seconds(runner, "timeoutSeconds") ?? new RunnerSection().Timeout,
            Network = runner.GetProperty("network").GetBoolean(),
            Env = runner.GetProperty("env").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString()!),
        });
    }

    public static void Write(Utf8JsonWriter json, DeployedHooks deployed)
    {
        json.WriteStartObject();
        json.WriteStartObject("runner");
        json.WriteString("image", deployed.Runner.Image);
        json.WriteNumber("timeoutSeconds", deployed.Runner.Timeout.TotalSeconds);
        json.WriteBoolean("network", deployed.Runner.Network);
        json.WriteStartObject("env");
        foreach (var (name, value) in deployed.Runner.Env)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("hooks");
        foreach (var hook in deployed.Hooks)
        {
            Write(json, hook);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PlannedHook planned)
    {
        var hook = planned.Hook;
        json.WriteStartObject();
        json.WriteString("file", hook.At.File);
        json.WriteNumber("line", hook.At.Line);
        json.WriteNumber("column", hook.At.Column);
        json.WriteString("point", planned.PointName);
        json.WriteString("name", hook.Name);
        json.WriteString("type", Words.HookTypes.First(word => word.Value == hook.Type).Text);
        json.WriteString("run", hook.Run);
        json.WriteString("path", hook.Path);
        json.WriteString("image", hook.Image);
        json.WriteStartArray("command");
        foreach (var argument in hook.Command)
        {
            json.WriteStringValue(argument);
        }

        json.WriteEndArray();
        json.WriteString("service", planned.Service);
        if (hook.Timeout is { } timeout)
        {
            json.WriteNumber("timeoutSeconds", timeout.TotalSeconds);
        }

        json.WriteBoolean("continueOnError", hook.ContinueOnError);
        json.WriteBoolean("host", hook.OnHost);
        json.WriteEndObject();
    }

    private static PlannedHook Hook(JsonElement json)
    {
        var at = new Location(Text(json, "file")!, json.GetProperty("line").GetInt32(), json.GetProperty("column").GetInt32());
        var service = Text(json, "service");
        return new PlannedHook(new Hook(at, Known(Words.HookPoints, Text(json, "point")), Text(json, "name")!, Known(Words.HookTypes, Text(json, "type")))
        {
            Run = Text(json, "run"),
            Path = Text(json, "path"),
            Image = Text(json, "image"),
            Command = [.. json.GetProperty("command").EnumerateArray().Select(argument => argument.GetString()!)],
            Service = service,
            Timeout = Seconds(json, "timeoutSeconds"),
            ContinueOnError = json.GetProperty("continueOnError").GetBoolean(),
            OnHost = json.GetProperty("host").GetBoolean(),
        }, service);
    }

    private static T Known<T>(IReadOnlyList<Word<T>> words, string? text) =>
        words.FirstOrDefault(word => word.Text == text) is { } known ? known.Value : throw new JsonException($"'{text}' is not known.");

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static TimeSpan? Seconds(JsonElement json, string name) => json.TryGetProperty(name, out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : null;
}
