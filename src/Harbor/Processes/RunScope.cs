using System.Collections;
using Harbor.Masking;

namespace Harbor.Processes;

/// <summary>
/// One execution of Harbor: its id, the environment it sees, and the secrets it must not show. It is passed to everything that starts a
/// program or looks at the machine, so that two runs in one process do not see each other.
/// </summary>
/// <param name="id">Names it in the history, in the lock, and in the environment of its children.</param>
/// <param name="variables">The environment it was started with. It may hold secrets.</param>
/// <param name="redaction">Masks the text that it prints, stores, or passes on from its children.</param>
public sealed class RunScope(string id, IReadOnlyDictionary<string, string> variables, Redaction redaction, TimeProvider time)
{
    /// <summary>On Debian they are only on the PATH of root.</summary>
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    internal const string DefaultHarborCommand = "./build.sh";

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string Id { get; } = id;

    public IReadOnlyDictionary<string, string> Variables { get; } = variables;

    public Redaction Redaction { get; } = redaction;

    public TimeProvider Time { get; } = time;

    /// <summary>What goes on now, for a display of progress.</summary>
    public Activities Activities { get; } = new(time);

    /// <summary>The environment of this process.</summary>
    public static Dictionary<string, string> ProcessVariables()
    {
        var variables =
            new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string)entry.Value!;
        }

        return variables;
    }

    /// <summary>
    /// What the user types to run Harbor, for advice: <c>./build.sh</c>, or <c>./harbor</c>, which says so in a variable.
    /// </summary>
    public string HarborCommand => Variables.GetValueOrDefault("HARBOR_COMMAND") ?? DefaultHarborCommand;

    public Command Command(string fileName, params IReadOnlyList<string> arguments) => new(this, fileName, arguments);

    /// <summary>The part of <see cref="Variables"/> that a child sees: no key and no token.</summary>
    public Dictionary<string, string> ChildVariables() => ChildEnvironment.Allowed(Variables);

    /// <summary>
    /// Absolute path of the first program of that name on PATH or in the system's sbin folders; null where there is none.
    /// </summary>
    public string? FindProgram(string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        var folders = Variables.GetValueOrDefault("PATH", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(SystemFolders).Select(folder => Path.Combine(folder, file)).FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
}
