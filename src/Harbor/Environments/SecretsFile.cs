using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Harbor.Files;
using Harbor.Runners;

namespace Harbor.Environments;

/// <summary>Plain files of secrets: readable for the owner only; missing values are generated.</summary>
public static class SecretsFile
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private const string KeyNameAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>190 bits, in characters that need no quoting in a URL, a shell or a configuration file.</summary>
    private const int Length = 32;

    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <summary>
    /// Generates a random value for every name in <see cref="EnvironmentSource.Generate"/> that its file lacks, and writes the file (0600)
    /// where one was generated.
    /// </summary>
    /// <returns>The generated names, in the order of the sources.</returns>
    /// <exception cref="InvalidStackException">A file is readable by others, can't be parsed, or has a name that is not a
    /// variable's.</exception>
    public static IReadOnlyList<string> Ensure(ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources, RunnerMounts mounts)
    {
        var made = new List<string>();
        foreach (var source in sources)
        {
            if (source is { Kind: LayerKind.Secrets, File: { } file, Generate.Count: > 0 })
            {
                Complete(paths, mounts, file, source, made);
            }
        }

        return made;
    }

    private static string Password() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The form that the server of the evaluations takes: eight characters that name the key, and 32 random bytes.</summary>
    private static string ServerKey() =>
        $"hk_{RandomNumberGenerator.GetString(KeyNameAlphabet, 8)}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>The problem with the users that may read the file, or null.</summary>
    internal static Problem? Exposure(ProjectPaths paths, string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
            ? new(paths.Relative(path), 0, 0,
                $"can be read or written by other users of this machine. Type: chmod 600 {paths.Relative(path)}")
            : null;

    private static void Complete(ProjectPaths paths, RunnerMounts mounts, string file, EnvironmentSource source, List<string> made)
    {
        var names = source.Generate;
        var path = Path.GetFullPath(file, paths.Root);
        mounts.ThrowIfOutside(path); // Made in the container, they would be lost with it.
        path = FileKinds.Read(path) == FileKind.Link ? FileKinds.LinkEnd(path) ?? path : path;
        var bytes = Array.Empty<byte>();
        if (File.Exists(path))
        {
            if (Exposure(paths, path) is { } exposure)
            {
                throw new InvalidStackException([exposure]);
            }

            bytes = File.ReadAllBytes(path);
        }

        var parsed = DotenvFile.Parse(bytes, file);
        var refused = names.Select(VariableNames.Refusal).OfType<string>()
            .Select(message => new Problem(file, 0, 0, $"generate: {message}"));
        if (parsed.Problems.Concat(refused).ToList() is { Count: > 0 } problems)
        {
            throw new InvalidStackException(problems);
        }

        var missing = names.Except(parsed.Entries.Select(entry => entry.Name)).ToList();
        if (missing.Count > 0)
        {
            // Decoded unchanged: a byte order mark stays.
            var text = Encoding.UTF8.GetString(bytes);
            var separator = text.Length > 0 && !text.EndsWith('\n') ? "\n" : "";
            var lines = missing.Select(name => $"{name}={(source.GenerateKeys.Contains(name) ? ServerKey() : Password())}\n");
            if (Directory.Exists(Path.GetDirectoryName(path)))
            {
                AtomicFile.RemoveLeft(Path.GetDirectoryName(path)!, Path.GetFileName(path));
            }

            AtomicFile.WriteSecret(path, text + separator + string.Concat(lines));
            made.AddRange(missing);
        }
    }
}
