using System.Security.Cryptography;

namespace Harbor.Stacks;

/// <summary>The stack as one compose file, for a life without Harbor.</summary>
/// <param name="Text">YAML. It holds secrets only if they were asked for.</param>
/// <param name="Needed">Variables that have to be set for it, in ordinal order.</param>
/// <param name="NotMade">Secrets that no Deploy has generated yet.</param>
public sealed record EjectedStack(string Text, IReadOnlyList<string> Needed, IReadOnlyList<string> NotMade)
{
    /// <param name="inline">Whether the values of secrets are in the text; else it has <c>${NAME}</c> in their place.</param>
    /// <exception cref="InvalidStackException">Compose refuses the files, also where a secret is expected to be a number.</exception>
    public static async Task<EjectedStack> MakeAsync(StackRun run, MergedStack merged, bool inline, CancellationToken ct)
    {
        var secrets = merged.Environment.ForCompose(merged.Services, merged.Selected.Files)
            .Where(variable => variable.Value.IsSecret && variable.Value.Value.Length > 0).Select(variable => variable.Key)
            .Order(StringComparer.Ordinal).ToList();
        var tokens = inline
            ? [] : secrets.ToDictionary(name => name, _ => $"harbor-{RandomNumberGenerator.GetHexString(24, lowercase: true)}");
        var stood = merged with
        {
            Compose = merged.Compose.ToDictionary(
                variable => variable.Key, variable => tokens.GetValueOrDefault(variable.Key) ?? variable.Value),
        };
        var resolved = await ResolvedStack.ResolveAsync(run, stood, pending: null, ct);
        var project = resolved.Project with
        {
            Resolved = resolved.Project.Resolved ?? resolved.Model.Text,
            SwitchedOn = [],
            Profiles = ["*"],
        };
        var text = await resolved.Tool.WriteAsync(project, ct);
        var needed = new SortedSet<string>(
            resolved.Model.Secrets.Values.Concat(resolved.Model.Configs.Values).Select(definition => definition.Variable).OfType<string>(),
            StringComparer.Ordinal);
        foreach (var (name, token) in tokens)
        {
            if (text.Contains(token, StringComparison.Ordinal))
            {
                text = text.Replace(token, $"${{{name}}}", StringComparison.Ordinal);
                needed.Add(name);
            }
        }

        return new EjectedStack(text, [.. needed], [.. merged.Environment.Pending.Intersect(secrets).Order(StringComparer.Ordinal)]);
    }
}
