namespace Harbor.Files;

internal static class BoundedFile
{
    /// <summary>The file's bytes, at most one more than the limit, which shows that it is too large.</summary>
    public static byte[] Read(string path, int limit)
    {
        using var handle = File.OpenHandle(path);
        var length = (int)Math.Min(RandomAccess.GetLength(handle), (long)limit + 1);
        var bytes = new byte[length];
        var read = 0;
        while (read < length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var count)
        {
            read += count;
        }

        return read == length ? bytes : bytes[..read];
    }
}
