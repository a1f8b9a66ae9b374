using System.Globalization;
using System.Text;
using Harbor.Hashing;

namespace Harbor.Templates;

/// <param name="Hash">SHA-256 of the content, in lower-case hexadecimal.</param>
internal sealed record ManifestFile(string Path, string Service, UnixFileMode Mode, string Hash)
{
    /// <summary>
    /// The path is last because it may contain blanks. It contains no line end, because <see cref="Files.SafePath"/> forbids it.
    /// </summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Hash} {Convert.ToString((int)Mode, 8)} {Service} {Path}");

    public static ManifestFile? Parse(string line) =>
        line.Split(' ', 4) is [{ Length: 64 } hash, { Length: > 0 and < 5 } mode, var service, var path]
            && mode.All(c => c is >= '0' and <= '7')
            ? new(path, service, (UnixFileMode)Convert.ToInt32(mode, 8), hash)
            : null;
}

/// <summary>
/// The files that Harbor rendered into <c>var/run</c>, and the fingerprint of their inputs. Saved in <c>var/state/rendered</c>, with paths
/// and hashes but without values.
/// </summary>
public sealed record RenderedManifest
{
    private const string Header = "harbor-rendered 1 ";

    internal RenderedManifest(string fingerprint, IReadOnlyList<ManifestFile> files) => (Fingerprint, Files) = (fingerprint, files);

    /// <summary>From <see cref="PrepareFingerprint"/>; empty if nothing was rendered.</summary>
    public string Fingerprint { get; }

    internal IReadOnlyList<ManifestFile> Files { get; }

    /// <summary>A missing or unreadable manifest counts as empty, so that everything is rendered again.</summary>
    public static RenderedManifest Read(ProjectPaths paths) =>
        File.Exists(Location(paths)) && TryParse(File.ReadAllText(Location(paths))) is { } manifest ? manifest : new("", []);

    /// <summary>A digest of names, contents and modes of the service's rendered files. Containers are recreated when it changes.</summary>
    /// <returns>Empty for a service without rendered files.</returns>
    public string Digest(string service)
    {
        var lines = Files.Where(file => file.Service == service).Select(file => file.ToString()).Order(StringComparer.Ordinal).ToList();
        return lines.Count == 0 ? "" : Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    internal static string Location(ProjectPaths paths) => Path.Combine(paths.State, "rendered");

    internal string Format() => Header + Fingerprint + "\n" + string.Concat(Files.Select(file => $"{file}\n"));

    internal static RenderedManifest? TryParse(string text)
    {
        var lines = text.Split('\n');
        if (!lines[0].StartsWith(Header, StringComparison.Ordinal) || lines[^1].Length > 0)
        {
            return null;
        }

        var files = lines[1..^1].Select(ManifestFile.Parse).ToList();
        return files.Contains(null) ? null : new(lines[0][Header.Length..], files!);
    }
}
