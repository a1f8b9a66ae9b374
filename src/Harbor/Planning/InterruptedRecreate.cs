using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>
/// What an interrupted recreate leaves: Compose creates the new container as <c>[12 hex digits]_[name]</c> beside the old one, and renames
/// it once the old one is gone. If it is killed in between, its next <c>up</c> keeps the odd name for good.
/// </summary>
/// <param name="Old">The container that has the proper name now.</param>
/// <param name="IsBetter">The replacement gets the proper name and the old one is removed; otherwise the replacement is removed.</param>
public sealed record InterruptedRecreate(string Name, EngineContainer Replacement, EngineContainer? Old, bool IsBetter)
{
    private const int Prefix = 12;
    private const string ReplaceLabel = "com.docker.compose.replace";

    /// <summary>
    /// Whether the container was created and never started, and Compose would start it as it is, without the secrets and configs that it
    /// copies after creating. One that took another's place has its volumes, and stays.
    /// </summary>
    /// <param name="stamps">By service, the digest by which Compose keeps a container.</param>
    public static bool IsUntrusted(EngineContainer container, IReadOnlyDictionary<string, string> stamps) =>
        container.State == ContainerState.Created && IsFirst(container)
        && stamps.TryGetValue(container.Service, out var stamp) && container.Label(ComposeTool.DigestLabel) == stamp;

    /// <summary>Whether it took no other container's place.</summary>
    public static bool IsFirst(EngineContainer container) => container.Label(ReplaceLabel) is null && ProperName(container) is null;

    public static IReadOnlyList<InterruptedRecreate> Find(IReadOnlyList<EngineContainer> containers)
    {
        var found = new List<InterruptedRecreate>();
        var byName = containers.ToDictionary(container => container.Name);
        foreach (var replacement in containers)
        {
            if (ProperName(replacement) is { } name)
            {
                var old = byName.GetValueOrDefault(name);
                var isBetter = old is null || (replacement.State == ContainerState.Running && old.State != ContainerState.Running);
                found.Add(new InterruptedRecreate(name, replacement, old, isBetter));
                if (isBetter)
                {
                    byName[name] = replacement;
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Null for any other name: a project's own may begin like this. Compose notes in a label what is replaced, newer ones by name, others
    /// by id.
    /// </summary>
    private static string? ProperName(EngineContainer container)
    {
        var name = container.Name;
        if (name.Length <= Prefix + 1 || name[Prefix] != '_' || !name[..Prefix].All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var (old, proper) = (name[..Prefix], name[(Prefix + 1)..]);
        var replaced = container.Label(ReplaceLabel) ?? "";
        return proper == $"{container.Label(EngineJson.ProjectLabel)}-{container.Service}-{container.Number}"
            || replaced == proper || replaced.StartsWith(old, StringComparison.Ordinal) ? proper : null;
    }
}
