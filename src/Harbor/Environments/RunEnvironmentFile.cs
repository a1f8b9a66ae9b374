using System.Text;
using Harbor.Files;

namespace Harbor.Environments;

/// <summary>
/// <c>var/run/.secrets/.env.run</c>: the variables of the running stack, secrets included, for <c>docker compose --env-file</c> by hand.
/// Harbor itself never reads it. The file is 0600, its folder 0700.
/// </summary>
public static class RunEnvironmentFile
{
    private const string Folder = "var/run/.secrets";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string PathIn(ProjectPaths paths) => Path.Combine(paths.Root, Folder, ".env.run");

    /// <exception cref="HarborException">It can't be written, or a part of its path is a symbolic link.</exception>
    public static void Write(ProjectPaths paths, IReadOnlyDictionary<string, string> variables)
    {
        if (SafePath.FirstLink(paths.Root, Folder) is { } link)
        {
            throw new HarborException($"{link} is a symbolic link: the environment is not written through it.");
        }

        var folder = Path.Combine(paths.Root, Folder);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnerOnly);
                File.SetUnixFileMode(folder, OwnerOnly); // It may have stood there before.
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{folder} could not be created: {e.Message}", e);
        }

        AtomicFile.WriteSecret(PathIn(paths), Format(variables));
    }

    /// <summary>Does nothing where it is missing.</summary>
    public static void Remove(ProjectPaths paths)
    {
        var folder = Path.Combine(paths.Root, Folder);
        if (Directory.Exists(folder) && SafePath.FirstLink(paths.Root, Folder) is null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// In double quotes, whose escapes can express every value: Compose's and Harbor's dotenv reader give the same values back.
    /// </summary>
    internal static string Format(IReadOnlyDictionary<string, string> variables)
    {
        var text = new StringBuilder();
        foreach (var name in variables.Keys.Order(StringComparer.Ordinal))
        {
            text.Append(name).Append("=\"");
            foreach (var c in variables[name])
            {
                _ = c switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '$' => text.Append("$$"),
                    '\r' => text.Append(@"\r"),
                    _ => text.Append(c),
                };
            }

            text.Append("\"\n");
        }

        return text.ToString();
    }
}
