using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Harbor.Files;

/// <summary>
/// A folder held open: what is done through it is done in that folder, even where somebody exchanges it, or one above it, for a link in the
/// meantime, as a container can that has it mounted. Only Linux has paths for what is held; elsewhere a moment between look and step remains.
/// </summary>
internal sealed partial class HeldFolder : IDisposable
{
    /// <summary>What is removed may be nested as deeply as somebody else made it.</summary>
    private const int MostLevels = 100;

    private static readonly bool HasPaths = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    private readonly SafeFileHandle? _handle;
    private readonly string _path;
    private readonly string _name;

    /// <param name="name">What messages call it.</param>
    /// <exception cref="IOException">It is missing, a link, no folder, or not to be read.</exception>
    private HeldFolder(string path, string name)
    {
        (_path, _name) = (path, name);
        if (!OperatingSystem.IsWindows())
        {
            _handle = new(Open(path, OpenFlags), ownsHandle: true);
            _path = _handle.IsInvalid ? throw new IOException($"{name}: {Marshal.GetLastPInvokeErrorMessage()}.")
                : HasPaths ? $"/proc/self/fd/{_handle.DangerousGetHandle()}"
                : path;
        }
    }

    /// <summary>O_RDONLY, O_DIRECTORY, O_NOFOLLOW and O_CLOEXEC, which each system numbers for itself.</summary>
    private static int OpenFlags => OperatingSystem.IsMacOS() ? 0x110_0100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x8_C000
        : 0xB_0000;

    /// <inheritdoc cref="HeldFolder(string, string)"/>
    public static HeldFolder Open(string path, string name) => new(path, name);

    /// <summary>A rename is on the disk only when its folder is: a power cut could take it back otherwise. Here, the path may be a link to the folder.</summary>
    /// <exception cref="IOException">The disk fails. File systems that know no flush of folders have nothing to lose, and do not.</exception>
    public static void Flush(string path)
    {
        using var folder = new HeldFolder(Path.Combine(path, "."), path);
        folder.Flush();
    }

    /// <inheritdoc cref="Flush(string)"/>
    public void Flush()
    {
        if (_handle is not null)
        {
            Disk.Flush(_handle, _name);
        }
    }

    /// <summary>A folder below this one; null where there is none, or something else.</summary>
    /// <param name="relative">In forward slashes; this folder itself where it is empty.</param>
    /// <exception cref="DeploymentException">A link stands in the way.</exception>
    public HeldFolder? Enter(string relative) => Walk(relative, static (folder, name) => folder.Child(name));

    /// <summary>A folder below this one, made where there is none. The mode does not depend on the umask.</summary>
    /// <param name="workshop">Where each is made before it gets its place: a kill between two steps would leave it with the umask's mode for good.</param>
    /// <inheritdoc cref="Enter(string)"/>
    public HeldFolder Enter(string relative, UnixFileMode mode, HeldFolder workshop) => Walk(relative, (folder, name) =>
    {
        if (folder.Child(name) is { } there)
        {
            return there;
        }

        workshop.Create("folder", mode).Dispose();
        folder.Do(() => Directory.Move(workshop.Of("folder"), folder.Of(name)), workshop);
        return folder.Child(name) ?? throw folder.WasRemoved(name);
    })!;

    /// <summary>Makes a folder, or gives the one that is there the mode.</summary>
    /// <inheritdoc cref="Enter(string)" path="/exception"/>
    public HeldFolder Create(string name, UnixFileMode mode)
    {
        Do(() => Directory.CreateDirectory(Of(name)));
        var folder = Child(name) ?? throw WasRemoved(name);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder._handle!, mode);
            }

            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            folder.Dispose();
            throw new IOException($"{_name}/{name}: {e.Message}", e);
        }
    }

    public bool Has(string file) => FileKinds.Of(Of(file)) == FileKind.Regular;

    /// <summary>Writes a new file through to the disk. Anybody who may enter the folder can read it until it has its mode.</summary>
    public void Write(string file, byte[] content, UnixFileMode mode) => Do(() =>
    {
        using var stream = new FileStream(Of(file), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode); // Not when it is made: the umask would have its say.
        }

        stream.Write(content);
        Disk.Flush(stream.SafeFileHandle, $"{_name}/{file}");
    });

    /// <summary>Renames a file of another folder into this one, in place of the file or the empty folders that stand there.</summary>
    /// <exception cref="IOException">A folder with files stands there, or it is another file system, as below a mount.</exception>
    /// <inheritdoc cref="Enter(string)" path="/exception"/>
    public void Take(HeldFolder from, string file, string name)
    {
        switch (FileKinds.Of(Of(name)))
        {
            case FileKind.Link:
                throw IsLink(name);
            case FileKind.Directory:
                RemoveFolders(name, MostLevels);
                break;
        }

        if (OperatingSystem.IsWindows())
        {
            Do(() => File.Move(from.Of(file), Of(name), overwrite: true), from);
        }
        else if (Rename(from.Of(file), Of(name)) != 0) // File.Move would copy to another file system, and through a link.
        {
            throw new IOException($"{_name}/{name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>A file or a link to one. Anything else is left alone.</summary>
    public void RemoveFile(string name)
    {
        if (FileKinds.Of(Of(name)) is FileKind.Regular or FileKind.Link)
        {
            Do(() => File.Delete(Of(name)));
        }
    }

    /// <summary>Whatever stands there, a folder with all that is in it.</summary>
    /// <exception cref="IOException">Folders are nested more than a hundred times.</exception>
    public void Remove(string name) => Remove(name, MostLevels);

    /// <returns>Whether nothing stands there (any more).</returns>
    public bool RemoveIfEmpty(string name)
    {
        using (var folder = FileKinds.Of(Of(name)) == FileKind.Directory ? Child(name) : null)
        {
            if (folder is null || folder.Names().Count > 0)
            {
                return folder is null;
            }
        }

        Do(() => Directory.Delete(Of(name)));
        return true;
    }

    public void Dispose() => _handle?.Dispose();

    private void Remove(string name, int levels)
    {
        if (FileKinds.Of(Of(name)) != FileKind.Directory)
        {
            Do(() => File.Delete(Of(name)));
            return;
        }

        RefuseDepth(name, levels);
        using (var folder = Child(name))
        {
            folder?.Names().ForEach(entry => folder.Remove(entry, levels - 1));
        }

        Do(() => Directory.Delete(Of(name)));
    }

    /// <summary>Folders in which there is nothing but folders.</summary>
    private void RemoveFolders(string name, int levels)
    {
        RefuseDepth(name, levels);
        using (var folder = Child(name))
        {
            folder?.Names().ForEach(entry => folder.RemoveFolders(entry, levels - 1));
        }

        Do(() => Directory.Delete(Of(name)));
    }

    private void RefuseDepth(string name, int levels)
    {
        if (levels == 0)
        {
            throw new IOException($"{_name}/{name}: nested too deeply. Remove it by hand.");
        }
    }

    private HeldFolder? Walk(string relative, Func<HeldFolder, string, HeldFolder?> step)
    {
        HeldFolder? folder = new(Of("."), _name);
        foreach (var name in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = folder;
            if ((folder = step(above, name)) is null)
            {
                break;
            }
        }

        return folder;
    }

    private HeldFolder? Child(string name)
    {
        try
        {
            return FileKinds.Of(Of(name)) switch
            {
                FileKind.Directory => new(Of(name), $"{_name}/{name}"),
                FileKind.Link => throw IsLink(name),
                _ => null,
            };
        }
        catch (IOException) when (FileKinds.Of(Of(name)) == FileKind.Link)
        {
            throw IsLink(name);
        }
    }

    private List<string> Names()
    {
        List<string> names = [];
        Do(() => names = [.. Directory.EnumerateFileSystemEntries(_path).Select(entry => Path.GetFileName(entry))]);
        return names;
    }

    private string Of(string name) => Path.Combine(_path, name);

    /// <param name="other">Another folder that the step is about.</param>
    private void Do(Action step, HeldFolder? other = null)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(Told(other?.Told(e.Message) ?? e.Message), e);
        }
    }

    private string Told(string message) => message.Replace($"{_path}/", $"{_name}/", StringComparison.Ordinal).Replace($"'{_path}'", $"'{_name}'", StringComparison.Ordinal);

    private IOException WasRemoved(string name) => new($"{_name}/{name} was removed while Harbor was writing.");

    private DeploymentException IsLink(string name) => new($"{_name}/{name} became a symbolic link while Harbor was writing. Remove it and run again.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string from, string to);
}
