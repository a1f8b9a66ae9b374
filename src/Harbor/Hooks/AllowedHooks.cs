using System.Security.Cryptography;
using System.Text;
using Harbor.Files;

namespace Harbor.Hooks;

public enum Consent
{
    Given,
    NeverGiven,

    /// <summary>Given to another text of the same hook.</summary>
    Changed,
}

/// <summary>
/// What the user has allowed to run on this machine: of each hook the hash of one text, in a file of its own (0600) in the user's own folder.
/// Whoever can write into the project can't write there.
/// </summary>
public sealed class AllowedHooks(ProjectPaths paths, string folder)
{
    /// <summary><c>$XDG_DATA_HOME/harbor/allowed</c>, or else <c>~/.local/share/harbor/allowed</c>.</summary>
    public static string FolderOf(IReadOnlyDictionary<string, string> variables) => Path.Combine(
        variables.GetValueOrDefault("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data) // The specification says: a relative one is to be ignored.
            ? data
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
        "harbor",
        "allowed");

    public Consent Of(PlannedHook hook, ReadOnlySpan<byte> script)
    {
        var path = PathOf(hook);
        return !File.Exists(path) ? Consent.NeverGiven
            : File.ReadAllText(path) == Record(hook, script) ? Consent.Given
            : Consent.Changed;
    }

    public void Allow(PlannedHook hook, ReadOnlySpan<byte> script)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        AtomicFile.WriteSecret(PathOf(hook), Record(hook, script));
    }

    private string PathOf(PlannedHook hook) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{paths.Root}\0{hook.Name}"))));

    private string Record(PlannedHook hook, ReadOnlySpan<byte> script) =>
        $"{paths.Root}\n{hook.Name}\n{hook.Path ?? "run"}\nsha256:{Convert.ToHexStringLower(SHA256.HashData(script))}\n";
}
