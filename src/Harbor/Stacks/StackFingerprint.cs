using System.Text;
using Harbor.Hashing;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>
/// A keyed hash of the inputs of a Deploy that no file state covers: descriptor, selection, variables and Harbor itself.
/// </summary>
internal static class StackFingerprint
{
    private const int MaxNamed = 5;

    /// <param name="key">The project's key. The hash is keyed because it covers secrets and is saved.</param>
    public static string Compute(MergedStack merged, ProjectKey key)
    {
        using var hash = key.Begin();
        foreach (var (name, values) in Given(merged))
        {
            Add(name, values);
        }

        var names = merged.Compose.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        Add("variables", names.SelectMany(name => (string[])[name, merged.Compose[name]]));
        return hash.ToHex();

        void Add(string name, IEnumerable<string> parts)
        {
            foreach (var part in parts)
            {
                hash.Add(name, part);
            }
        }
    }

    /// <summary>Hashes of all but the variables, by the names that a user knows them by.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(MergedStack merged, ProjectKey key) =>
        Given(merged).ToDictionary(part => part.Name, part => key.Hash(Encoding.UTF8.GetBytes(string.Join('\0', part.Values)), digits: 16));

    /// <summary>What differs from the last Deploy, once it is known that something does: <c>GREETING changed</c>.</summary>
    public static IReadOnlyList<string> Differences(StackRun run, MergedStack merged, ProjectKey key)
    {
        if (DeployedInputs.File(run.Paths).Read() is not { Given: { } before } inputs)
        {
            return ["descriptor, selection, variables or Harbor itself"]; // An older Harbor saved no names.
        }

        var now = Hashes(merged, key);
        var variables = EnvironmentChanges.Between(inputs, merged.Environment, merged.Services, key);
        List<string> differences =
        [
            .. now.Keys.Union(before.Keys).Where(name => now.GetValueOrDefault(name) != before.GetValueOrDefault(name)),
            .. variables.Take(variables.Count > MaxNamed + 1 ? MaxNamed : MaxNamed + 1).Select(change => $"{change.Name} {change.Change}"),
        ];
        return variables.Count > MaxNamed + 1 ? [.. differences, $"{variables.Count - MaxNamed} more variables"]
            : differences.Count > 0 ? differences : ["variables of the machine, such as HOME or a proxy"];
    }

    private static IEnumerable<(string Name, IEnumerable<string> Values)> Given(MergedStack merged)
    {
        yield return ("Harbor itself", [SourceHash.Value]);
        yield return ("the project's name", [merged.Descriptor.Name]);
        foreach (var file in merged.Descriptor.Files)
        {
            yield return (file, [File.ReadAllText(Path.Combine(merged.Paths.Root, file))]);
        }

        yield return ("the selected compose files", merged.Selected.Files);
        yield return ("the selected services", merged.Services);
        if (merged.Selected.Definition.OnlyOfBase is { } only)
        {
            yield return ("the base's services", only);
        }

        yield return ("composeProfiles", merged.Selected.Definition.Profile.ComposeProfiles);
        if (StackHooks.ForDestroy(merged.Selected.Definition) is { } hooks)
        {
            yield return ("hooks", hooks.Hooks.Select(hook => hook.Path ?? hook.Name)); // Discovered hooks are in no descriptor file.
        }
    }
}
