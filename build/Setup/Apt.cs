using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>What apt knows of a package.</summary>
/// <param name="Installed">Null: it is not.</param>
/// <param name="Candidate">What an installation would bring; null: nothing, in this release.</param>
public sealed record AptPackage(string? Installed, string? Candidate);

public static class Apt
{
    public static Command Update { get; } = Get("update");

    /// <summary>Without questions and without what is only recommended; waits for another apt to finish.</summary>
    public static Command Install(IEnumerable<string> packages) =>
        Get([.. (string[])["-o", "DPkg::Lock::Timeout=120", "install", "--yes", "--no-install-recommends"], .. packages]);

    /// <param name="arguments">Begins with options, or with apt-get's verb.</param>
    public static Command Get(params IReadOnlyList<string> arguments) =>
        new("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", .. arguments]);

    public static async Task<IReadOnlyDictionary<string, AptPackage>> PackagesAsync(IReadOnlyList<string> names, CancellationToken ct) =>
        ParsePolicy((await new Command("env", ["LC_ALL=C", "apt-cache", "policy", .. names]).RunAsync(ct)).Output);

    /// <param name="policy">Output of <c>apt-cache policy</c> in the C locale. A package that apt does not know is not in it.</param>
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
        line.StartsWith(label, StringComparison.Ordinal) && !line.EndsWith("(none)", StringComparison.Ordinal) ? line[label.Length..] : null;
}
