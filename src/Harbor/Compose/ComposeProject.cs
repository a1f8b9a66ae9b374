using Harbor.Environments;
using Harbor.Processes;

namespace Harbor.Compose;

/// <summary>The project that Compose works on: the same files, directory and variables for every command.</summary>
/// <param name="Scope">The run: its environment is what Compose sees of the machine.</param>
/// <param name="Name">Compose's project name: lower case letters, digits, dashes, underscores.</param>
/// <param name="Directory">What relative paths in the files are relative to: the project's root.</param>
/// <param name="Files">In the order of their <c>-f</c>.</param>
/// <param name="Variables">For interpolation and for secrets sourced from the environment. They reach the child's environment and nothing
/// else.</param>
public sealed record ComposeProject(
    RunScope Scope, string Name, string Directory, IReadOnlyList<string> Files, IReadOnlyDictionary<string, string> Variables)
{
    // These would change which program runs, or which project Compose works on.
    private static readonly string[] Reserved = ["LD_", "DYLD_", "DOCKER_", "COMPOSE_", "BUILDKIT_"];

    // Compose does not use these itself.
    private static readonly string[] NotForCompose =
        ["USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"];

    private const string NameVariable = "COMPOSE_PROJECT_NAME";
    private const string FolderVariable = "PWD";

    /// <summary>Set for every compose file, though no layer sets them.</summary>
    public static IReadOnlyList<string> BuiltInVariables { get; } = [NameVariable, FolderVariable, .. MachineVariables.Names];

    /// <summary>Compose profiles to switch on; <c>*</c> is all of them.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Services that run whatever their <c>profiles:</c> say, as those do that are named to <c>docker compose up</c>.</summary>
    public IReadOnlyList<string> SwitchedOn { get; init; } = [];

    /// <summary>
    /// The project as Compose resolved it, which takes the place of <see cref="Files"/>. Null while Compose may read the files itself.
    /// </summary>
    public string? Resolved { get; init; }

    /// <summary>
    /// What the compose files are filled in with: the stack's variables and nothing of this process. No <c>.env</c> file beside it counts,
    /// nor any COMPOSE_* variable.
    /// </summary>
    internal Dictionary<string, string> ModelEnvironment()
    {
        var environment = Scope.ChildVariables();
        foreach (var name in environment.Keys.Where(name => name != "HOME" && !ChildEnvironment.IsNeededToStart(name)).ToList())
        {
            environment.Remove(name);
        }

        AddOwn(environment);
        return environment;
    }

    /// <summary>
    /// What Compose itself needs to work on the engine: DOCKER_*, proxies, SSH_AUTH_SOCK, and the stack's variables. PATH, HOME, DOCKER_*
    /// and LD_* are the machine's, whatever <see cref="Variables"/> say.
    /// </summary>
    internal Dictionary<string, string> ToolEnvironment()
    {
        var environment = Scope.ChildVariables();
        foreach (var name in environment.Keys.Where(name => NotForCompose.Contains(name)
            || name.StartsWith("LC_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        AddOwn(environment);
        return environment;
    }

    /// <summary>Names that <see cref="ToolEnvironment"/> has and the compose files must not see.</summary>
    internal IReadOnlyList<string> MachineOnly()
    {
        var model = ModelEnvironment();
        return [.. ToolEnvironment().Keys.Where(name => !model.ContainsKey(name))];
    }

    private void AddOwn(Dictionary<string, string> environment)
    {
        foreach (var (name, value) in Variables)
        {
            if (name is not ("PATH" or "HOME") && !Array.Exists(Reserved, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = value;
            }
        }

        environment.TryAdd(FolderVariable, Directory); // A shell in the project's folder sets it.
        environment["COMPOSE_DISABLE_ENV_FILE"] = "1";
    }

    /// <summary>Switches on each of these services that <see cref="Profiles"/> leave off.</summary>
    public ComposeProject With(IEnumerable<string> services, ComposeInputs inputs) =>
        this with { SwitchedOn = [.. inputs.Off(Profiles).Intersect(services)] };

    /// <summary>The files that it is made of besides those that <c>compose config</c> shows.</summary>
    public ComposeInputs FindInputs() => ComposeInputs.Find(Directory, Files, Interpolated());

    /// <summary>Everything that Compose fills in for <c>${NAME}</c>.</summary>
    internal IReadOnlyDictionary<string, string> Interpolated()
    {
        var variables = ModelEnvironment();
        AddBuiltInVariables(variables, Name, Directory);
        return variables;
    }

    /// <summary>COMPOSE_PROJECT_NAME and PWD.</summary>
    public static void AddBuiltInVariables(Dictionary<string, string> variables, string name, string directory)
    {
        variables[NameVariable] = name;
        variables.TryAdd(FolderVariable, directory);
    }

    /// <param name="readsInput">Whether one more file comes from standard input.</param>
    internal IEnumerable<string> Options(bool readsInput) =>
        [
            "--project-name", Name,
            "--project-directory", Directory,
            .. (Resolved is null ? Files : []).SelectMany(file => (string[])["--file", file]),
            .. readsInput || Resolved is not null ? (string[])["--file", "-"] : [],
            .. Profiles.SelectMany(profile => (string[])["--profile", profile]),
        ];
}
