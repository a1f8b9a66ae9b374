using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Harbor.Files;
using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>
/// One file in place of many. Compose checks everything merged so far again for each <c>-f</c>, so its cost grows with the square of their
/// number; the one file has as few documents as the overlays of the busiest service. Compose reads it to the same configuration.
/// </summary>
public static partial class MergedCompose
{
    /// <summary>Fewer files than this cost compose less than making one of them can save.</summary>
    public const int Threshold = 16;

    private const int Kept = 10;

    /// <summary>
    /// The files to give to compose with <c>-f</c>: the list itself, or one merged file under <c>[state]/merged</c>, made on first use of
    /// this content. Compose has to be given <c>--project-directory</c>, to which all their paths are relative.
    /// </summary>
    /// <param name="files">Absolute paths, in order. A list that does not read as YAML is returned as it is: compose's own errors name the
    /// user's files.</param>
    public static IReadOnlyList<string> Reduce(string stateDirectory, IReadOnlyList<string> files)
    {
        if (files.Count < Threshold || !files.All(File.Exists))
        {
            return files;
        }

        var contents = files.Select(File.ReadAllBytes).ToList();
        var merged = Path.Combine(stateDirectory, "merged", $"{Hash(contents)}.yml");
        if (!File.Exists(merged))
        {
            try
            {
                var text = Merge(files, contents);
                AtomicFile.Write(merged, Encoding.UTF8.GetBytes(text), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                Prune(Path.GetDirectoryName(merged)!);
            }
            catch (Exception e) when (e is InvalidStackException or YamlDotNet.Core.YamlException) // The latter: it can't be written.
            {
                return files;
            }
        }

        return [merged];
    }

    private static string Merge(IReadOnlyList<string> files, List<byte[]> contents)
    {
        var layers = new ComposeLayers();
        for (var i = 0; i < files.Count; i++)
        {
            var text = Encoding.UTF8.GetString(contents[i]).TrimStart(YamlText.ByteOrderMark);
            foreach (var document in YamlTree.ReadCompose(text, files[i]))
            {
                layers.Add(document is YamlMap && !BeginsWithComment().IsMatch(text)
                    ? document : throw YamlText.Refused(document.At, "Compose refuses such a document."));
            }
        }

        return "# Made by Harbor from the selected compose files; changes here are lost.\n" + YamlOutput.Write(layers.Documents());
    }

    /// <summary>Comments before the first <c>---</c>: to Compose they are an empty document.</summary>
    [GeneratedRegex(@"^\s*#[^\n]*\n(\s*(#[^\n]*)?\n)*---")]
    private static partial Regex BeginsWithComment();

    /// <summary>Of the contents in order; names and places do not reach the merged file.</summary>
    private static string Hash(List<byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("harbor-merged-1"u8);
        foreach (var content in contents)
        {
            hash.AppendData(BitConverter.GetBytes(content.LongLength));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static void Prune(string directory)
    {
        foreach (var file in new DirectoryInfo(directory).GetFiles("*.yml").OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
        {
            file.Delete();
        }
    }
}
