namespace Harbor.Planning;

/// <summary>What became different in a service, from the hashes of its parts.</summary>
internal static class PartChanges
{
    private const string Unknown = "its configuration changed; what of it is not known";

    /// <param name="before">Null where they are not known.</param>
    /// <param name="files">Rendered files that change: they tell what changed in a mounted folder.</param>
    public static IReadOnlyList<string> Find(
        IReadOnlyDictionary<Part, string>? before, IReadOnlyDictionary<Part, string> after, IReadOnlyList<string> files)
    {
        if (before is null)
        {
            return [Unknown];
        }

        List<string> changes =
        [
            .. after.OrderBy(part => part.Key, Part.InOrder)
            .SelectMany(part => !before.TryGetValue(part.Key, out var was) ? [$"{part.Key} added"]
                : was != part.Value ? Changed(part.Key, files) : []),
            .. before.Keys.Where(part => !after.ContainsKey(part)).Order(Part.InOrder).Select(part => $"{part} removed"),
        ];
        return changes.Count > 0 ? changes : [Unknown];
    }

    private static IEnumerable<string> Changed(Part part, IReadOnlyList<string> files)
    {
        if (part.Kind == PartKind.Folder)
        {
            return [$"{part} was removed and created again"];
        }

        var inside = part.Kind == PartKind.Mounted
            ? files.Where(file => file.StartsWith(part.Name + "/", StringComparison.Ordinal)).ToList() : [];
        return inside.Count == 0
            ? [$"{part} changed"] : inside.Select(file => $"{new Part(PartKind.Mounted, file)} changed");
    }
}
