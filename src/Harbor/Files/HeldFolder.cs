using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Harbor.Files;

/// <summary>
/// A folder held open. Every step is done in that folder, even if it or a parent is meanwhile replaced with a link, for example by a
/// container that mounts it. Only Linux has paths for open folders; elsewhere a moment between check and step remains.
/// </summary>
internal sealed partial class HeldFolder : IDisposable
{
    /// <summary>Others may have nested folders too deeply for a recursion.</summary>
    private const int MaxLevels = 100;

    private static readonly bool HasPaths = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    private readonly SafeFileHandle? _handle;
    private readonly string _path;
    private readonly string _name;

    /// <param name="name">For messages.</param>
    /// <exception cref="IOException">It is missing, a link, not a folder, or not readable.</exception>
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

    /// <summary>O_RDONLY, O_DIRECTORY, O_NOFOLLOW and O_CLOEXEC, which have other values on each system.</summary>
    private static int OpenFlags => OperatingSystem.IsMacOS() ? 0x110_0100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x8_C000
        : 0xB_0000;

    /// <inheritdoc cref="HeldFolder(string, string)"/>
    public static HeldFolder Open(string path, string name) => new(path, name);

    /// <summary>
    /// A rename is on the disk only when its folder is; until then a power cut could undo it. Here, the path may be a link to the folder.
    /// </summary>
    /// <exception cref="IOException">The disk fails. File systems that cannot flush folders are no error.</exception>
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

    /// <summary>A folder below this one; null where there is none.</summary>
    /// <param name="relative">With forward slashes; empty means this folder itself.</param>
    /// <exception cref="HarborException">A part of the path is a link.</exception>
    public HeldFolder? Enter(string relative) => Walk(relative, static (folder, name) => folder.Child(name));

    /// <summary>A folder below this one, created if it is missing. The mode does not depend on the umask.</summary>
    /// <param name="workshop">Where each folder is created before it is moved to its place: otherwise a kill between two steps could leave
    /// it with the umask's mode.</param>
    /// <inheritdoc cref="Enter(string)"/>
    public HeldFolder Enter(string relative, UnixFileMode mode, HeldFolder workshop) => Walk(relative, (folder, name) =>
    {
        if (folder.Child(name) is { } there)
        {
            return there;
        }

        workshop.Create("folder", mode).Dispose();
        folder.Guard(() => Directory.Move(workshop.PathOf("folder"), folder.PathOf(name)), workshop);
        return folder.Child(name) ?? throw folder.WasRemoved(name);
    })!;

    /// <summary>Creates a folder, or gives the existing one the mode.</summary>
    /// <inheritdoc cref="Enter(string)" path="/exception"/>
    public HeldFolder Create(string name, UnixFileMode mode)
    {
        Guard(() => Directory.CreateDirectory(PathOf(name)));
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

    public bool HasFile(string file) => FileKinds.Read(PathOf(file)) == FileKind.Regular;

    /// <summary>Writes a new file and flushes it to the disk. Until it has its mode, whoever may enter the folder can read it.</summary>
    public void Write(string file, byte[] content, UnixFileMode mode) => Guard(() =>
    {
        using var stream =
            new FileStream(PathOf(file), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode); // Not while creating it, where the umask would apply.
        }

        stream.Write(content);
        Disk.Flush(stream.SafeFileHandle, $"{_name}/{file}");
    });

    /// <summary>Moves a file from another folder into this one. It replaces a file, or folders without files.</summary>
    /// <exception cref="IOException">A folder with files has the name, or this is another file system, as below a mount.</exception>
    /// <inheritdoc cref="Enter(string)" path="/exception"/>
    public void MoveFrom(HeldFolder from, string file, string name)
    {
        switch (FileKinds.Read(PathOf(name)))
        {
            case FileKind.Link:
                throw IsLink(name);
            case FileKind.Directory:
                RemoveFolders(name, MaxLevels);
                break;
        }

        if (OperatingSystem.IsWindows())
        {
            Guard(() => File.Move(from.PathOf(file), PathOf(name), overwrite: true), from);
        }
        else if (Rename(from.PathOf(file), PathOf(name)) != 0) // File.Move would copy between file systems and follow a link.
        {
            throw new IOException($"{_name}/{name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Removes a file or a link. Anything else stays.</summary>
    public void RemoveFile(string name)
    {
        if (FileKinds.Read(PathOf(name)) is FileKind.Regular or FileKind.Link)
        {
            Guard(() => File.Delete(PathOf(name)));
        }
    }

    /// <summary>Removes a file, a link, or a folder with everything in it.</summary>
    /// <exception cref="IOException">Folders are nested more than a hundred times.</exception>
    public void Remove(string name) => Remove(name, MaxLevels);

    /// <returns>Whether nothing is there now.</returns>
    public bool RemoveIfEmpty(string name)
    {
        using (var folder = FileKinds.Read(PathOf(name)) == FileKind.Directory ? Child(name) : null)
        {
            if (folder is null || folder.Names().Count > 0)
            {
                return folder is null;
            }
        }

        Guard(() => Directory.Delete(PathOf(name)));
        return true;
    }

    public void Dispose() => _handle?.Dispose();

    private void Remove(string name, int levels)
    {
        if (FileKinds.Read(PathOf(name)) != FileKind.Directory)
        {
            Guard(() => File.Delete(PathOf(name)));
            return;
        }

        ThrowIfTooDeep(name, levels);
        using (var folder = Child(name))
        {
            folder?.Names().ForEach(entry => folder.Remove(entry, levels - 1));
        }

        Guard(() => Directory.Delete(PathOf(name)));
    }

    /// <summary>Removes folders that hold nothing but folders.</summary>
    private void RemoveFolders(string name, int levels)
    {
        ThrowIfTooDeep(name, levels);
        using (var folder = Child(name))
        {
            folder?.Names().ForEach(entry => folder.RemoveFolders(entry, levels - 1));
        }

        Guard(() => Directory.Delete(PathOf(name)));
    }

    private void ThrowIfTooDeep(string name, int levels)
    {
        if (levels == 0)
        {
            throw new IOException($"{_name}/{name}: nested too deeply. Remove it by hand.");
        }
    }

    private HeldFolder? Walk(string relative, Func<HeldFolder, string, HeldFolder?> step)
    {
        HeldFolder? folder = new(PathOf("."), _name);
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
            return FileKinds.Read(PathOf(name)) switch
            {
                FileKind.Directory => new(PathOf(name), $"{_name}/{name}"),
                FileKind.Link => throw IsLink(name),
                _ => null,
            };
        }
        catch (IOException) when (FileKinds.Read(PathOf(name)) == FileKind.Link)
        {
            throw IsLink(name);
        }
    }

    private List<string> Names()
    {
        List<string> names = [];
        Guard(() => names = [.. Directory.EnumerateFileSystemEntries(_path).Select(entry => Path.GetFileName(entry))]);
        return names;
    }

    private string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Gives an error the folder's name instead of its path.</summary>
    /// <param name="other">Another folder of the step.</param>
    private void Guard(Action step, HeldFolder? other = null)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(WithName(other?.WithName(e.Message) ?? e.Message), e);
        }
    }

    private string WithName(string message) =>
        message.Replace($"{_path}/", $"{_name}/", StringComparison.Ordinal).Replace($"'{_path}'", $"'{_name}'", StringComparison.Ordinal);

    private IOException WasRemoved(string name) => new($"{_name}/{name} was removed while Harbor was writing.");

    private HarborException IsLink(string name) =>
        new($"{_name}/{name} became a symbolic link while Harbor was writing. Remove it and run again.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string from, string to);
}
