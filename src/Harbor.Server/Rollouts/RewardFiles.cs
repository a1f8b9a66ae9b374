using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>What a verifier wrote: <c>reward.txt</c> (one number), else <c>reward.json</c> (<c>reward</c>, or its only number).</summary>
internal static class RewardFiles
{
    public static Outcome Read(IReadOnlyDictionary<string, byte[]> files)
    {
        if (files.TryGetValue("reward.txt", out var text))
        {
            return FromText(Encoding.UTF8.GetString(text).Trim());
        }

        return files.TryGetValue("reward.json", out var json) ? FromJson(json)
            : Outcome.Failed(FailureKinds.VerifierError, "the verifier wrote neither /logs/verifier/reward.txt nor reward.json");
    }

    private static Outcome FromText(string text)
    {
        if (text.Length == 0)
        {
            return Outcome.Failed(FailureKinds.VerifierError, "/logs/verifier/reward.txt is empty");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var reward) && double.IsFinite(reward)
            ? new Outcome { Reward = reward, Success = true }
            : Outcome.Failed(FailureKinds.VerifierError, "/logs/verifier/reward.txt is not one finite number");
    }

    private static Outcome FromJson(byte[] json)
    {
        if (json.AsSpan().Trim(" \t\r\n"u8).Length == 0)
        {
            return Outcome.Failed(FailureKinds.VerifierError, "/logs/verifier/reward.json is empty");
        }

        try
        {
            if (JsonNode.Parse(json, null, ResultDocument.Strict) is JsonObject map)
            {
                var numbers = map.Where(pair => pair.Value?.GetValueKind() == JsonValueKind.Number)
                    .Select(pair => (pair.Key, Value: pair.Value!.GetValue<double>())).Where(pair => double.IsFinite(pair.Value)).ToArray();
                double? reward = numbers.Any(pair => pair.Key == "reward") ? numbers.First(pair => pair.Key == "reward").Value
                    : numbers.Length == 1 ? numbers[0].Value : null;
                if (reward is { } found)
                {
                    return new Outcome { Reward = found, Success = true, Details = new JsonObject { ["rewards"] = map.DeepClone() } };
                }
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return Outcome.Failed(FailureKinds.VerifierError,
            "/logs/verifier/reward.json is not an object with a number 'reward', or with one number");
    }
}
