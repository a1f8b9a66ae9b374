using Harbor.Hashing;

namespace Harbor.Stacks;

/// <summary>
/// A keyed hash of the inputs of a Deploy that no file state covers: descriptor, selection, variables and Harbor itself.
/// </summary>
internal static class StackFingerprint
{
    /// <param name="key">The project's key. The hash is keyed because it covers secrets and is saved.</param>
    public static string Compute(MergedStack merged, ProjectKey key)
    {
        using var hash = key.Begin();
        Add("harbor", [SourceHash.Value]);
        Add("project", [merged.Descriptor.Name]);
        Add("descriptor",
            merged.Descriptor.Files.SelectMany(file => (string[])[file, File.ReadAllText(Path.Combine(merged.Paths.Root, file))]));
        Add("files", merged.Selected.Files);
        Add("services", merged.Services);
        Add("composeProfiles", merged.Selected.Definition.Profile.ComposeProfiles);
        var names = merged.Compose.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        if (StackHooks.ForDestroy(merged.Selected.Definition) is { } hooks)
        {
            Add("hooks", hooks.Hooks.Select(hook => hook.Path ?? hook.Name)); // Discovered hooks are in no descriptor file.
        }

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
}
