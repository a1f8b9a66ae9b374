using System.Text;
using Harbor.Descriptors;
using Harbor.Files;
using Harbor.Hashing;

namespace Harbor.Hooks;

public enum Consent
{
    Given,
    NeverGiven,

    /// <summary>Given for another text of the same hook.</summary>
    Changed,
}

/// <summary>
/// The hooks that the user has allowed to run on this machine. For each, a file (0600) in the user's own folder has the hash of its text. A
/// user who can only write to the project can't write there.
/// </summary>
public sealed class AllowedHooks(ProjectPaths paths, string folder)
{
    /// <summary><c>$XDG_DATA_HOME/harbor/allowed</c>, or else <c>~/.local/share/harbor/allowed</c>.</summary>
    public static string FindFolder(IReadOnlyDictionary<string, string> variables) => Path.Combine(
        // The specification demands that a relative path is ignored.
        variables.GetValueOrDefault("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data)
            ? data
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
        "harbor",
        "allowed");

    public Consent ConsentFor(PlannedHook hook, ReadOnlySpan<byte> script)
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
        Path.Combine(folder, Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes($"{paths.Root}\0{hook.Name}"))));

    private string Record(PlannedHook hook, ReadOnlySpan<byte> script) =>
        $"{paths.Root}\n{hook.Name}\n{hook.Path ?? "run"}\nsha256:{Convert.ToHexStringLower(Sha256.Hash(script))}\n";
}
