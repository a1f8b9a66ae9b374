using Harbor.Engines;
using Harbor.Yaml;

namespace Harbor.Stacks;

/// <summary>The message for a project's name under which another folder has deployed.</summary>
internal static class ForeignStack
{
    private const int Named = 5;
    private const int LongestFolder = 200;

    /// <param name="things">Each with the folder that deployed it; empty if unknown.</param>
    /// <param name="containers">The containers of the other folder. The message names their ports, which must differ.</param>
    public static InvalidStackException Refusal(
        ProjectPaths paths, string project, IReadOnlyList<(string Name, string Folder)> things, IEnumerable<EngineContainer> containers)
    {
        var ports = containers.SelectMany(container => container.Ports).Select(port => $"{port.Port}").Distinct().ToList();
        var lines = things.GroupBy(thing => thing.Folder).Select(folder =>
            $"  {(folder.Key.Length > 0 ? Shown(folder.Key) : "nothing says from where")}: " +
                Listed([.. folder.Select(thing => thing.Name)]));
        return new InvalidStackException($"""
            '{project}' is on this engine already, and this folder, {paths.Root}, did not deploy it:
            {string.Join('\n', lines)}
            None of it was changed. Either
              give this folder's stack a name of its own: --project-name NAME, or 'name' in etc/harbor.yaml{(ports.Count == 0 ? ""
                : $", and with --set other ports than {Listed(ports)}")};
              or work on it in the folder that deployed it;
              or add --take-over: it becomes this folder's, which recreates or removes its containers and keeps its volumes.
            """);
    }

    /// <summary>A folder as a label says it, which anybody may have written.</summary>
    public static string Shown(string folder) => Excerpt.Of(folder, LongestFolder);

    private static string Listed(List<string> names) =>
        string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");
}
