using System.Text.RegularExpressions;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Builds;

/// <summary>The images on which a Dockerfile builds.</summary>
internal static partial class BaseImages
{
    /// <summary>Names after <c>FROM</c> that are neither <c>scratch</c> nor an earlier stage; defaults of <c>ARG</c> are filled
    /// in.</summary>
    public static IReadOnlyList<string> Names(string dockerfile)
    {
        var names = new List<string>();
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "scratch" };
        var arguments = new Dictionary<string, string>();
        foreach (var line in dockerfile.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            if (names.Count == 0 && Arg().Match(line) is { Success: true } argument)
            {
                arguments[argument.Groups[1].Value] = argument.Groups[2].Value.Trim('"', '\'');
            }
            else if (From().Match(line) is { Success: true } from)
            {
                var name = Variable().Replace(from.Groups[1].Value,
                    match => arguments.GetValueOrDefault(match.Groups[1].Value, match.Value));
                if (!stages.Contains(name) && !names.Contains(name))
                {
                    names.Add(name);
                }

                if (from.Groups[2].Success)
                {
                    stages.Add(from.Groups[2].Value);
                }
            }
        }

        return names;
    }

    /// <summary>Their ids; what the engine lacks is pulled.</summary>
    /// <returns>Or a sentence: which is not there, and why it could not be pulled.</returns>
    public static async Task<(IReadOnlyList<string> Ids, string? Missing)> FindAsync(
        SandboxEngine engine, string dockerfile, Action<string> log, CancellationToken ct)
    {
        var ids = new List<string>();
        foreach (var name in Names(dockerfile))
        {
            var id = await engine.ImageIdAsync(name, ct);
            if (id is null)
            {
                log($"Pulling {name}\n");
                try
                {
                    await engine.PullAsync(name, ct);
                    id = await engine.ImageIdAsync(name, ct);
                }
                catch (EngineException error)
                {
                    return (ids, $"base image '{name}' is not on the engine and could not be pulled: {error.Message}");
                }
            }

            ids.Add(id ?? "");
        }

        return (ids, null);
    }

    [GeneratedRegex(@"^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?", RegexOptions.IgnoreCase)]
    private static partial Regex From();

    [GeneratedRegex(@"^\s*ARG\s+([A-Za-z_]\w*)=(\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Arg();

    [GeneratedRegex(@"\$\{?([A-Za-z_]\w*)\}?")]
    private static partial Regex Variable();
}
