using System.Security.Cryptography;
using Harbor.Files;
using Harbor.Hashing;

namespace Harbor.Secrets;

/// <summary>The key of the project's digests. Without it nobody can guess secret values from their digests.</summary>
public static class StateKey
{
    private const int Size = 32;

    /// <summary>
    /// Reads the 32 bytes of <c>var/state/key</c>, or creates the file with mode 0600. A key of another length is replaced; the next run
    /// then takes nothing for unchanged.
    /// </summary>
    public static ProjectKey Load(ProjectPaths paths)
    {
        if (Read(paths) is { } key)
        {
            return new ProjectKey(key);
        }

        key = RandomNumberGenerator.GetBytes(Size);
        AtomicFile.Write(PathIn(paths), key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new ProjectKey(key);
    }

    /// <summary>For a read-only run. If there is no key, a random one serves, because no digests are saved.</summary>
    public static ProjectKey LoadOrInvent(ProjectPaths paths) => new(Read(paths) ?? RandomNumberGenerator.GetBytes(Size));

    private static byte[]? Read(ProjectPaths paths) => File.Exists(PathIn(paths))
        && File.ReadAllBytes(PathIn(paths)) is { Length: Size } key ? key : null;

    private static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "key");
}
