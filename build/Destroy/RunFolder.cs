namespace Harbor.Build.Destroy;

internal static class RunFolder
{
    /// <summary>Removes all that is in var/run. A link is removed, not what it points to.</summary>
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
