using Harbor.Environments;
using Harbor.Secrets.Age;
using Harbor.Setup;

namespace Harbor.Stacks.Checks;

/// <summary>Checks the modes of files with secrets and keys.</summary>
public static class KeyFileChecks
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <param name="sources">Of the descriptor; none if it can't be read.</param>
    public static IEnumerable<Diagnosis> Run(
        ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources, IReadOnlyDictionary<string, string> variables)
    {
        var exposed = Exposed(paths, sources, variables);
        foreach (var file in exposed)
        {
            var shown = Shown(paths, file);
            yield return Diagnosis.Error("keys", $"{shown} is open to other users of this machine.", $"chmod 600 {shown}") with
            {
                Fix = () => Close(file),
            };
        }

        if (sources.Any(source => source.Kind == LayerKind.Sops && File.Exists(Path.GetFullPath(source.File!, paths.Root)))
            && IdentitySources.Files(variables).All(file => !File.Exists(file))
            && !variables.ContainsKey("AGE_PRIVATE_KEY") && !variables.ContainsKey("SOPS_AGE_KEY"))
        {
            yield return Diagnosis.Error(
                "keys", "The stack has encrypted files, and there is no age identity to open them.",
                $"put yours into {IdentitySources.KeysFile(variables) ?? "a file that SOPS_AGE_KEY_FILE names"}, or into AGE_PRIVATE_KEY");
        }

        if (exposed.Count == 0)
        {
            yield return Diagnosis.Ok("keys", "no file of secrets or keys is open to others");
        }
    }

    /// <summary>Absolute paths of files with secrets or keys that other users can read or write.</summary>
    internal static IReadOnlyList<string> Exposed(
        ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources, IReadOnlyDictionary<string, string> variables) =>
    [
        .. sources.Where(source => source is { Kind: LayerKind.Secrets, File: not null })
            .Select(source => Path.GetFullPath(source.File!, paths.Root))
            .Append(Path.Combine(paths.State, "key")).Concat(IdentitySources.Files(variables))
            .Where(File.Exists).Distinct().Where(IsOpenToOthers),
    ];

    private static bool IsOpenToOthers(string file) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0;

    private static void Close(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    private static string Shown(ProjectPaths paths, string file) =>
        file.StartsWith(paths.Root + "/", StringComparison.Ordinal) ? paths.Relative(file) : file;
}
