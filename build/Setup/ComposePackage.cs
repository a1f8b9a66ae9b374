using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>
/// Compose 2.x for Debian 12: the package of Debian 13, which needs nothing but a C library that 12 has. It is fetched with lists of its own, so
/// that the system's sources stay as they are and nothing else of the newer release can come in.
/// </summary>
/// <param name="Folder">A folder for the lists and the package, this process' own.</param>
/// <param name="SourceLine">Where the newer release is, on a mirror that this machine uses already.</param>
public sealed record ComposePackage(string Folder, string SourceLine)
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
        "-o", "APT::Sandbox::User=root", // The folder is closed to apt's own user.
    ];

    /// <summary>Neither needs root.</summary>
    public IReadOnlyList<Command> Fetch =>
    [
        Apt.Get([.. Options, "update"]),
        Apt.Get([.. Options, "download", $"docker-compose={Version}"]) with { WorkingDirectory = Folder },
    ];

    /// <exception cref="DeploymentException">This machine's apt uses no Debian mirror.</exception>
    public static ComposePackage In(string folder, IReadOnlyList<AptSource> sources) =>
        AptSource.LinesFor(Suite, sources) is [var line, ..]
            ? new ComposePackage(folder, line)
            : throw new DeploymentException($"Docker Compose 2.x comes from Debian's {Suite}, and apt uses no Debian mirror here to fetch it from. Install the compose plugin by hand.");

    /// <summary>Fetches, and says where the package is.</summary>
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
            : throw new DeploymentException($"apt fetched no docker-compose package into {Folder}.");
    }
}
