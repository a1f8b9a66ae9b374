using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>
/// Compose 2.x for Debian 12: the package of Debian 13, which needs only a C library that Debian 12 has. It is fetched with separate
/// package lists, so that the system's sources do not change and nothing else of the newer release can be installed.
/// </summary>
/// <param name="Folder">A folder of this process for the lists and the package.</param>
/// <param name="SourceLine">The newer release on a mirror that this machine already uses.</param>
public sealed record ComposePackage(RunScope Scope, string Folder, string SourceLine)
{
    private const string Suite = "trixie";
    private const string Version = "2.26.1*";

    /// <summary>Written to <see cref="Folder"/> before the first command.</summary>
    public string SourceList => Path.Combine(Folder, "source.list");

    private IReadOnlyList<string> Options =>
    [
        "-o", $"Dir::Etc::SourceList={SourceList}",
        "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", $"Dir::State::Lists={Path.Combine(Folder, "lists")}",
        "-o", $"Dir::Cache={Path.Combine(Folder, "cache")}",
        "-o", "Acquire::Languages=none",
        "-o", "APT::Sandbox::User=root", // apt's own user can't read the folder.
    ];

    /// <summary>They do not need root.</summary>
    public IReadOnlyList<Command> Fetch =>
    [
        Apt.Get(Scope, [.. Options, "update"]),
        Apt.Get(Scope, [.. Options, "download", $"docker-compose={Version}"]) with { WorkingDirectory = Folder },
    ];

    /// <exception cref="HarborException">This machine's apt uses no Debian mirror.</exception>
    public static ComposePackage For(RunScope scope, string folder, IReadOnlyList<AptSource> sources) =>
        AptSource.LinesFor(Suite, sources) is [var line, ..]
            ? new ComposePackage(scope, folder, line)
            : throw new HarborException($"Docker Compose 2.x comes from Debian's {Suite}, and apt uses no Debian mirror here. " +
                $"Install the compose plugin by hand.");

    /// <returns>The path of the package.</returns>
    public async Task<string> FetchAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(Folder, "cache", "archives", "partial"));
        await File.WriteAllTextAsync(SourceList, SourceLine + "\n", ct);
        foreach (var command in Fetch)
        {
            await command.RunAsync(ct);
        }

        return Directory.GetFiles(Folder, "docker-compose_*.deb") is [var package]
            ? package
            : throw new HarborException($"apt fetched no docker-compose package into {Folder}.");
    }
}
