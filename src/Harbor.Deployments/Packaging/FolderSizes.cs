using System.Globalization;

namespace Harbor.Deployments;

/// <summary>Counts files and bytes by folder, two levels deep, so that an error can say where the size is.</summary>
internal sealed class FolderSizes
{
    private const int Shown = 5;
    private readonly Dictionary<string, (long Files, long Bytes)> _folders = new(StringComparer.Ordinal);

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>MiB with one digit.</summary>
    public static string Mib(long bytes) => (bytes / 1048576.0).ToString("F1", CultureInfo.InvariantCulture);

    public void Add(string path, long bytes)
    {
        Count++;
        Bytes += bytes;
        var first = path.IndexOf('/');
        var second = first < 0 ? -1 : path.IndexOf('/', first + 1);
        var folder = second > 0 ? path[..second] : first > 0 ? path[..first] : ".";
        var (count, size) = _folders.GetValueOrDefault(folder);
        _folders[folder] = (count + 1, size + bytes);
    }

    public string Advice() => $"Consider adding more patterns to exclude_globs. {Largest()}";

    /// <summary>One line: <c>Largest folders: data/raw 812.4 MB in 1,203 files, …</c></summary>
    public string Largest() => "Largest folders: " + string.Join(", ", _folders.OrderByDescending(folder => folder.Value.Bytes)
        .ThenByDescending(folder => folder.Value.Files).ThenBy(folder => folder.Key, StringComparer.Ordinal).Take(Shown)
        .Select(folder => string.Create(
            CultureInfo.InvariantCulture, $"{folder.Key} {Mib(folder.Value.Bytes)} MB in {folder.Value.Files:N0} files"))) + ".";
}
