namespace Harbor.Deployments;

/// <summary>An archive on disk, readable by its owner only, that is gone when it is disposed of, or when the process is killed.</summary>
internal sealed class TemporaryArchive : IAsyncDisposable
{
    private readonly FileStream _file;

    private TemporaryArchive(FileStream file) => _file = file;

    public required PackedContext Packed { get; init; }

    public static async Task<TemporaryArchive> PackAsync(HarborPackager packager, CancellationToken ct)
    {
        var file = Create();
        try
        {
            var packed = await packager.PackAsync(file, ct);
            await file.FlushAsync(ct);
            return new TemporaryArchive(file) { Packed = packed };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads from the start, whatever was read before.</summary>
    public Task<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct) =>
        RandomAccess.ReadAsync(_file.SafeFileHandle, buffer, offset, ct).AsTask();

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None),
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var path = Path.Combine(Path.GetTempPath(), $"harbor-{Guid.NewGuid():N}.tar.gz");
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path); // The open file stays readable without its name.
        }

        return file;
    }
}
