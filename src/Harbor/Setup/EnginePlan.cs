namespace Harbor.Setup;

/// <summary>What Setup installs on Debian or Ubuntu, decided before anything is changed.</summary>
/// <param name="Packages">From the release's own repositories.</param>
/// <param name="FetchesCompose">The release has Compose 1.x only; 2.x comes as one package from a newer one
/// (<see cref="ComposePackage"/>).</param>
public sealed record EnginePlan(IReadOnlyList<string> Packages, bool FetchesCompose)
{
    /// <summary>The packages that <see cref="Make"/> needs to know about.</summary>
    public static IReadOnlyList<string> Considered { get; } = ["docker.io", "docker-cli", "docker-compose", "docker-compose-v2"];

    /// <exception cref="HarborException">The release has no engine or no Compose 2, or Compose 1.x is installed, which is not
    /// replaced.</exception>
    public static EnginePlan Make(EngineState state, LinuxRelease release, IReadOnlyDictionary<string, AptPackage> known)
    {
        var packages = new List<string>();
        if (state.NeedsEngine)
        {
            // mmdebstrap builds the base image where no registry can be reached.
            packages.AddRange(["docker.io", "iptables", "mmdebstrap"]);
            if (release.Id == "ubuntu")
            {
                packages.Add("debian-archive-keyring");
            }
        }

        // From trixie on, the client is a package of its own, which docker.io only recommends.
        if (!state.Client)
        {
            packages.Add(Candidate(known, "docker-cli") is not null ? "docker-cli" : "docker.io");
        }

        if (packages.Contains("docker.io") && Candidate(known, "docker.io") is null)
        {
            throw new HarborException(
                $"{release.Name} has no package docker.io in the repositories that apt uses here. Ubuntu has it in 'universe'.");
        }

        var fetches = false;
        if (!state.HasCompose)
        {
            var name = release.Id == "ubuntu" ? "docker-compose-v2" : "docker-compose";
            fetches = FetchesComposeFor(release, name, known);
            if (!fetches)
            {
                packages.Add(name);
            }
        }

        return new EnginePlan([.. packages.Distinct()], fetches);
    }

    private static bool FetchesComposeFor(LinuxRelease release, string name, IReadOnlyDictionary<string, AptPackage> known)
    {
        if (known.GetValueOrDefault("docker-compose")?.Installed is { } installed && installed.StartsWith("1.", StringComparison.Ordinal))
        {
            throw new HarborException($"""
                docker-compose {installed} is installed; 2.x is needed, and Setup never replaces an installed package.
                Remove it, then run this again:
                  sudo apt-get remove docker-compose
                """);
        }

        return Candidate(known, name) switch
        {
            null => throw new HarborException($"{release.Name} has no package {name} in the repositories that apt uses here. Debian has " +
                $"it from 12 on, Ubuntu from 22.04 on, in 'universe'."),
            var candidate when !candidate.StartsWith("1.", StringComparison.Ordinal) => false,
            _ => true,
        };
    }

    private static string? Candidate(IReadOnlyDictionary<string, AptPackage> known, string name) =>
        known.GetValueOrDefault(name)?.Candidate;
}
