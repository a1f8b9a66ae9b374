using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>The versions of a package.</summary>
/// <param name="Installed">Null: none.</param>
/// <param name="Candidate">The version that apt would install; null: the release has none.</param>
public sealed record AptPackage(string? Installed, string? Candidate);

public static class Apt
{
    public static Command Update(RunScope scope) => Get(scope, "update");

    /// <summary>Asks nothing, installs no recommended packages, and waits for another apt to finish.</summary>
    public static Command Install(RunScope scope, IEnumerable<string> packages) =>
        Get(scope, [.. (string[])["-o", "DPkg::Lock::Timeout=120", "install", "--yes", "--no-install-recommends"], .. packages]);

    /// <param name="arguments">Options, then apt-get's verb.</param>
    public static Command Get(RunScope scope, params IReadOnlyList<string> arguments) =>
        new(scope, "env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", .. arguments]) { Progress = "apt-get" };

    public static async Task<IReadOnlyDictionary<string, AptPackage>> PackagesAsync(
        RunScope scope, IReadOnlyList<string> names, CancellationToken ct) =>
        ParsePolicy((await new Command(scope, "env", ["LC_ALL=C", "apt-cache", "policy", .. names]).RunAsync(ct)).Output);

    /// <param name="policy">Output of <c>apt-cache policy</c> in the C locale. It lacks packages that apt does not know.</param>
    public static IReadOnlyDictionary<string, AptPackage> ParsePolicy(string policy)
    {
        var packages = new Dictionary<string, AptPackage>();
        var name = "";
        foreach (var line in policy.Split('\n'))
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                name = line.TrimEnd(':');
                packages[name] = new AptPackage(null, null);
            }
            else if (Value(line, "  Installed: ") is { } installed)
            {
                packages[name] = packages[name] with { Installed = installed };
            }
            else if (Value(line, "  Candidate: ") is { } candidate)
            {
                packages[name] = packages[name] with { Candidate = candidate };
            }
        }

        return packages;
    }

    private static string? Value(string line, string label) =>
        line.StartsWith(label, StringComparison.Ordinal) && !line.EndsWith("(none)", StringComparison.Ordinal)
            ? line[label.Length..] : null;
}
