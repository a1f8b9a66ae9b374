using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Templates;

/// <param name="Hash">SHA-256 of the content, in lower-case hexadecimal.</param>
internal sealed record ManifestFile(string Path, string Service, UnixFileMode Mode, string Hash)
{
    /// <summary>The path stands last: it may hold blanks. It holds no line end, which <see cref="Files.SafePath"/> refuses.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Hash} {Convert.ToString((int)Mode, 8)} {Service} {Path}");

    public static ManifestFile? Parse(string line) =>
        line.Split(' ', 4) is [{ Length: 64 } hash, { Length: > 0 and < 5 } mode, var service, var path] && mode.All(c => c is >= '0' and <= '7')
            ? new(path, service, (UnixFileMode)Convert.ToInt32(mode, 8), hash)
            : null;
}

/// <summary>What Harbor rendered into <c>var/run</c>, and from which inputs. Kept in <c>var/state/rendered</c>: paths and hashes, no values.</summary>
public sealed record RenderedManifest
{
    private const string Header = "harbor-rendered 1 ";

    internal RenderedManifest(string fingerprint, IReadOnlyList<ManifestFile> files) => (Fingerprint, Files) = (fingerprint, files);

    /// <summary>From <see cref="PrepareFingerprint"/>; empty where nothing was rendered.</summary>
    public string Fingerprint { get; }

    internal IReadOnlyList<ManifestFile> Files { get; }

    /// <summary>A missing or unreadable manifest is an empty one: all is rendered again then.</summary>
    public static RenderedManifest Read(ProjectPaths paths) =>
        File.Exists(Location(paths)) && TryParse(File.ReadAllText(Location(paths))) is { } manifest ? manifest : new("", []);

    /// <summary>Changes when one of the service's rendered files does, its name, content or mode: for the label that has containers made anew.</summary>
    /// <returns>Empty for a service without rendered files.</returns>
    public string Digest(string service)
    {
        var lines = Files.Where(file => file.Service == service).Select(file => file.ToString()).Order(StringComparer.Ordinal).ToList();
        return lines.Count == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    internal static string Location(ProjectPaths paths) => Path.Combine(paths.State, "rendered");

    internal string Text() => Header + Fingerprint + "\n" + string.Concat(Files.Select(file => $"{file}\n"));

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
