namespace Harbor.Stacks;

internal static class RunFolder
{
    /// <summary>Empties var/run. Links are removed, not their targets.</summary>
    public static void Clean(ProjectPaths paths)
    {
        var run = new DirectoryInfo(paths.Run);
        if (!run.Exists || run.LinkTarget is not null)
        {
            return;
        }

        foreach (var entry in run.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
