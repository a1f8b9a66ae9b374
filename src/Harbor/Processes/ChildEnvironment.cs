namespace Harbor.Processes;

/// <summary>The variables of a run that a child process sees: an allow-list, so that keys and tokens stay here.</summary>
public static class ChildEnvironment
{
    /// <summary>
    /// Set in every child, so that the next run finds the children of a killed one. Detached programs do not get it: they are meant to
    /// stay.
    /// </summary>
    public const string RunIdVariable = "HARBOR_RUN_ID";

    /// <summary>Has another value in each child, so that a cancellation finds everything that the child started.</summary>
    internal const string CommandIdVariable = "HARBOR_COMMAND_ID";

    private static readonly string[] OfWindows =
        ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles"];

    private static readonly StringComparer Comparer =
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static readonly HashSet<string> Names = new(OfWindows, Comparer)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "NO_COLOR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER",
    };

    /// <summary>On Windows no program starts without them.</summary>
    internal static bool IsNeededToStart(string name) => OperatingSystem.IsWindows() && OfWindows.Contains(name, Comparer);

    private static readonly string[] Prefixes = ["DOCKER_", "BUILDKIT_", "XDG_", "LC_"];

    /// <summary>The variables that are on the list.</summary>
    internal static Dictionary<string, string> Allowed(IReadOnlyDictionary<string, string> variables)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in variables)
        {
            if (Names.Contains(name) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = value;
            }
        }

        return environment;
    }
}
