using System.Formats.Tar;

namespace Harbor.Deployments;

/// <summary>Tells files from what only looks like one.</summary>
internal static class SpecialFiles
{
    private const int TypeOffset = 156;
    private const int NotOfTheSystem = unchecked((int)0x80131620); // COR_E_IO: .NET's own; the system's errors have their number.

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
        catch (IOException error) when (error.HResult == NotOfTheSystem && file.Exists)
        {
            return "a socket"; // The one kind that tar does not know. An error of the system (a file that is locked) keeps its own words.
        }

        return (char)header.GetBuffer()[TypeOffset] switch
        {
            '0' or '\0' => null,
            '6' => "a FIFO",
            _ => "a device",
        };
    }
}
