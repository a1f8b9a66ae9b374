using System.Text.RegularExpressions;
using Harbor.Linting;

namespace Harbor.Deployments;

/// <summary>Keys that show what they are by how they begin.</summary>
internal static partial class ProviderKeys
{
    /// <summary>Fewer different characters are a placeholder (<c>sk-xxxxxxxx</c>).</summary>
    private const int FewestCharacters = 8;

    private static readonly (string Rule, string[] Starts, Func<Regex> Regex)[] Kinds =
    [
        ("anthropic-key", ["sk-ant-"], AnthropicKey),
        ("openrouter-key", ["sk-or-"], OpenRouterKey),
        ("openai-key", ["sk-"], OpenAiKey),
        ("google-key", ["AIza"], GoogleKey),
        ("groq-key", ["gsk_"], GroqKey),
        ("xai-key", ["xai-"], XaiKey),
        ("hugging-face-token", ["hf_"], HuggingFaceToken),
        ("replicate-token", ["r8_"], ReplicateToken),
        ("github-token", ["gh", "github_pat_"], GitHubToken),
        ("gitlab-token", ["glpat-"], GitLabToken),
        ("aws-key", ["AKIA", "ASIA"], AwsKey),
        ("slack-token", ["xox"], SlackToken),
        ("stripe-key", ["k_live_"], StripeKey),
        ("npm-token", ["npm_"], NpmToken),
        ("pypi-token", ["pypi-"], PyPiToken),
        ("sendgrid-key", ["SG."], SendGridKey),
        ("digitalocean-token", ["dop_v1_"], DigitalOceanToken),
        ("harbor-key", ["hk_", "hrk_"], HarborKey),
    ];

    public static IEnumerable<(int Line, string Rule)> Find(LintText file)
    {
        foreach (var (rule, starts, regex) in Kinds)
        {
            if (!Array.Exists(starts, start => file.Text.Contains(start, StringComparison.Ordinal)))
            {
                continue;
            }

            foreach (Match match in regex().Matches(file.Text))
            {
                if (!IsPlaceholder(match.ValueSpan))
                {
                    yield return (file.LineOf(match.Index), rule);
                }
            }
        }
    }

    private static bool IsPlaceholder(ReadOnlySpan<char> key)
    {
        var characters = new HashSet<char>();
        var start = key.LastIndexOfAny('-', '_', '.') + 1;
        foreach (var c in key[(start < key.Length - FewestCharacters ? start : 0)..])
        {
            characters.Add(c);
        }

        return characters.Count < FewestCharacters || key.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\bsk-ant-[A-Za-z0-9]{2,12}-[A-Za-z0-9_-]{24,}", RegexOptions.CultureInvariant)]
    private static partial Regex AnthropicKey();

    [GeneratedRegex(@"\bsk-or-v1-[0-9a-f]{48,}", RegexOptions.CultureInvariant)]
    private static partial Regex OpenRouterKey();

    [GeneratedRegex(@"\bsk-(?!ant-|or-)(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{24,}|[A-Za-z0-9]{32,})", RegexOptions.CultureInvariant)]
    private static partial Regex OpenAiKey();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_-]{35}\b", RegexOptions.CultureInvariant)]
    private static partial Regex GoogleKey();

    [GeneratedRegex(@"\bgsk_[A-Za-z0-9]{40,}", RegexOptions.CultureInvariant)]
    private static partial Regex GroqKey();

    [GeneratedRegex(@"\bxai-[A-Za-z0-9]{60,}", RegexOptions.CultureInvariant)]
    private static partial Regex XaiKey();

    [GeneratedRegex(@"\bhf_[A-Za-z0-9]{30,}", RegexOptions.CultureInvariant)]
    private static partial Regex HuggingFaceToken();

    [GeneratedRegex(@"\br8_[A-Za-z0-9]{37,}", RegexOptions.CultureInvariant)]
    private static partial Regex ReplicateToken();

    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})", RegexOptions.CultureInvariant)]
    private static partial Regex GitHubToken();

    [GeneratedRegex(@"\bglpat-[A-Za-z0-9_-]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex GitLabToken();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", RegexOptions.CultureInvariant)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"\bxox[abeoprs]-[A-Za-z0-9-]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex SlackToken();

    [GeneratedRegex(@"\b[sr]k_live_[A-Za-z0-9]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex StripeKey();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36,}", RegexOptions.CultureInvariant)]
    private static partial Regex NpmToken();

    [GeneratedRegex(@"\bpypi-AgE[A-Za-z0-9_-]{50,}", RegexOptions.CultureInvariant)]
    private static partial Regex PyPiToken();

    [GeneratedRegex(@"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", RegexOptions.CultureInvariant)]
    private static partial Regex SendGridKey();

    [GeneratedRegex(@"\bdop_v1_[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex DigitalOceanToken();

    [GeneratedRegex(@"\b(?:hk_[A-Za-z0-9_-]{8}_[A-Za-z0-9_-]{43}|hrk_[A-Za-z0-9_-]{32,})", RegexOptions.CultureInvariant)]
    private static partial Regex HarborKey();
}
