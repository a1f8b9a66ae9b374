using Harbor.Stacks;

namespace Harbor.Pipeline.Destroy;

/// <summary>What a Destroy takes away, as people read it.</summary>
internal static class RemovalText
{
    public static IEnumerable<string> Lines(StackRemoval removal) => !removal.TakesDown ? [] :
    [
        .. removal.Containers.SelectMany(turn => turn).Select(container => $"  remove    container {container.Name}"),
        .. removal.Networks.Select(network => $"  remove    {network}"),
        .. removal.Volumes.Select(volume => $"  remove    {volume}"),
        .. removal.KeptVolumes.Select(volume => $"  keep      {volume}"),
    ];

    public static RemovalDocument Document(StackRemoval removal) => !removal.TakesDown
        ? new RemovalDocument(removal.Project, [], [], [], [])
        : new RemovalDocument(
            removal.Project,
            [.. removal.Containers.SelectMany(turn => turn).Select(container => container.Name)],
            [.. removal.Networks.Select(network => network.Name)],
            [.. removal.Volumes.Select(volume => volume.Name)],
            [.. removal.KeptVolumes.Select(volume => volume.Name)]);

    public static string TakeOver(StackRemoval removal) =>
        $"'{removal.Project}' was deployed from another folder. Destroy removes it from here.";

    public static string Volumes(StackRemoval removal) =>
        $"The data in {string.Join(", ", removal.Volumes.Select(volume => volume.Name))} will be lost.";
}
