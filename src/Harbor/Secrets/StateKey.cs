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
        var path = Path.Combine(paths.State, "key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Size } key)
        {
            return key;
        }

        key = RandomNumberGenerator.GetBytes(Size);
        AtomicFile.Write(path, key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return key;
    }
}
