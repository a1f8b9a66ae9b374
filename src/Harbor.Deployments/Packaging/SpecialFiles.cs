using System.Formats.Tar;

namespace Harbor.Deployments;

/// <summary>Tells files from what only looks like one.</summary>
internal static class SpecialFiles
{
    private const int TypeOffset = 156;

    /// <summary>"a FIFO", "a device", "a socket"; null for a file. It is not opened: opening a FIFO waits for its writer.</summary>
    /// <remarks>.NET does not show the kind of a file, but its tar writer does, and it opens regular files only.</remarks>
    public static string? KindOf(FileInfo file)
    {
        if (OperatingSystem.IsWindows() || file.Length > 0)
        {
            return null; // FIFOs, sockets and devices have no length.
        }

        var header = new MemoryStream();
        try
        {
            using var writer = new TarWriter(header, TarEntryFormat.Ustar, leaveOpen: true);
            writer.WriteEntry(file.FullName, "x");
        }
        catch (IOException) when (file.Exists)
        {
            return "a socket"; // The one kind that tar does not know.
        }

        return (char)header.GetBuffer()[TypeOffset] switch
        {
            '0' or '\0' => null,
            '6' => "a FIFO",
            _ => "a device",
        };
    }
}
