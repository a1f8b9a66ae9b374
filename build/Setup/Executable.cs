namespace Harbor.Build.Setup;

/// <summary>Looks a program up as a shell does, and in the system folders that Debian leaves out of a user's PATH.</summary>
public static class Executable
{
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    public static string? Find(string name)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(SystemFolders))
        {
            var file = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
