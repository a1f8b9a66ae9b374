using Harbor.Processes;
using Harbor.Secrets;

namespace Harbor.Compose;

/// <summary>What Compose works on: the same files, directory and variables for every command.</summary>
/// <param name="Name">Compose's project name: lower case letters, digits, dashes, underscores.</param>
/// <param name="Directory">What relative paths in the files are relative to: the project's root.</param>
/// <param name="Files">In the order of their <c>-f</c>.</param>
/// <param name="Variables">For interpolation and for secrets sourced from the environment. They reach the child's environment and nothing else.</param>
public sealed record ComposeProject(string Name, string Directory, IReadOnlyList<string> Files, IReadOnlyDictionary<string, string> Variables)
{
    // What would make the child another program, or Compose another project, than the one meant here.
    private static readonly string[] Reserved = ["LD_", "DYLD_", "DOCKER_", "COMPOSE_", "BUILDKIT_"];

    // What Compose itself has no use for: a file that names one of these means the project's variable, or none.
    private static readonly string[] NotOfThisMachine = ["USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"];

    /// <summary>Masks what Compose prints.</summary>
    public Redaction? Redaction { get; init; }

    /// <summary>Profiles to switch on besides those of services named to a command.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>
    /// The child's environment. No <c>.env</c> file beside it counts, nor any COMPOSE_* variable of this process; PATH, HOME, DOCKER_* and LD_* are the
    /// machine's, whatever <see cref="Variables"/> say.
    /// </summary>
    internal Dictionary<string, string> Environment()
    {
        var environment = ChildEnvironment.Minimal();
        foreach (var name in environment.Keys.Where(name => NotOfThisMachine.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            if (name is not ("PATH" or "HOME") && !Array.Exists(Reserved, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = value;
            }
        }

        environment["COMPOSE_DISABLE_ENV_FILE"] = "1";
        return environment;
    }

    internal IEnumerable<string> Options() =>
        [
            "--project-name", Name,
            "--project-directory", Directory,
            .. Files.SelectMany(file => (string[])["--file", file]),
            .. Profiles.SelectMany(profile => (string[])["--profile", profile]),
        ];
}
