using System.Security.Cryptography;
using Harbor.Files;

namespace Harbor.Secrets;

/// <summary>The key of this deployment's digests: fingerprints of secret values that nobody without it can guess from.</summary>
public static class StateKey
{
    private const int Size = 32;

    /// <summary>The 32 bytes of <c>var/state/key</c>; made there on first use (0600). A key of another length is replaced: it only costs one run without short cuts.</summary>
    public static byte[] Load(ProjectPaths paths)
    {
        if (Read(paths) is { } key)
        {
            return key;
        }

        key = RandomNumberGenerator.GetBytes(Size);
        AtomicFile.Write(PathIn(paths), key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return key;
    }

    /// <summary>For a run that may not write: without a key there is nothing that it would have to agree with.</summary>
    public static byte[] LoadOrInvent(ProjectPaths paths) => Read(paths) ?? RandomNumberGenerator.GetBytes(Size);

    private static byte[]? Read(ProjectPaths paths) => File.Exists(PathIn(paths)) && File.ReadAllBytes(PathIn(paths)) is { Length: Size } key ? key : null;

    private static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "key");
}
