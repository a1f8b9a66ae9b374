namespace Harbor.Compose;

/// <summary>What became different in a service, from the hashes of its parts.</summary>
internal static class PartChanges
{
    /// <summary>Before the path of a mounted folder: the folder itself, not what is in it.</summary>
    public const string Folder = "folder ";
    public const string Mounted = "mounted ";

    /// <param name="before">Null where they are not known.</param>
    /// <param name="files">Rendered files that change: they tell what changed in a mounted folder.</param>
    public static IReadOnlyList<string> Between(
        IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> after, IReadOnlyList<string> files)
    {
        if (before is null)
        {
            return ["its configuration changed; what of it is not known"];
        }

        var changes = new List<string>();
        foreach (var (name, hash) in after)
        {
            if (!before.TryGetValue(name, out var was))
            {
                changes.Add($"{name} added");
            }
            else if (was != hash)
            {
                if (name.StartsWith(Folder, StringComparison.Ordinal))
                {
                    changes.Add($"{name} was removed and made again");
                    continue;
                }

                var inside = name.StartsWith(Mounted, StringComparison.Ordinal)
                    ? files.Where(file => file.StartsWith(name[Mounted.Length..] + "/", StringComparison.Ordinal)).ToList() : [];
                changes.AddRange(inside.Count > 0 ? inside.Select(file => $"{Mounted}{file} changed") : [$"{name} changed"]);
            }
        }

        changes.AddRange(before.Keys.Where(name => !after.ContainsKey(name)).Select(name => $"{name} removed"));
        return changes.Count > 0 ? changes : ["its configuration changed; what of it is not known"];
    }
}
