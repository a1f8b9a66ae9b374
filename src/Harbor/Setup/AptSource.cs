using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>
/// A Debian repository that this machine's apt already uses. Setup asks no other server, so it keeps to the mirrors in use.
/// </summary>
/// <param name="Codename">With its suffix: <c>bookworm</c>, <c>bookworm-updates</c>, <c>bookworm-security</c>.</param>
public sealed record AptSource(string Uri, string Codename)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static readonly string[] Suffixes = ["", "-updates", "-security"];

    /// <summary>Empty where apt is missing, has no package lists yet, or serves another distribution.</summary>
    public static async Task<IReadOnlyList<AptSource>> ReadAsync(RunScope scope, CancellationToken ct)
    {
        if (scope.FindProgram("apt-get") is null)
        {
            return [];
        }

        var targets = await scope.Command(
            "apt-get", "indextargets", "--format", "$(REPO_URI)|$(CODENAME)|$(ORIGIN)|$(COMPONENT)", "Created-By: Packages")
            .TryRunAsync(ct);
        return Parse(targets.Output);
    }

    /// <param name="targets">Lines <c>uri|codename|origin|component</c>.</param>
    public static IReadOnlyList<AptSource> Parse(string targets) =>
    [
        .. targets.Split('\n')
            .Select(line => line.Split('|'))
            .Where(fields => fields is [_, _, "Debian", "main"])
            .Select(fields => new AptSource(fields[0], fields[1])),
    ];

    /// <summary>
    /// The lines of a sources.list for another release on the same mirrors; empty where no source is a Debian release, its updates or its
    /// security fixes.
    /// </summary>
    public static IReadOnlyList<string> LinesFor(string suite, IReadOnlyList<AptSource> sources) =>
    [
        .. from suffix in Suffixes
           let source = sources.FirstOrDefault(source => source.Suffix == suffix)
           where source is not null
           select $"deb [signed-by={Keyring}] {source.Uri} {suite}{suffix} main",
    ];

    private string? Suffix => Codename.IndexOf('-', StringComparison.Ordinal) switch
    {
        -1 => "",
        var dash when Suffixes.Contains(Codename[dash..]) => Codename[dash..],
        _ => null,
    };
}
