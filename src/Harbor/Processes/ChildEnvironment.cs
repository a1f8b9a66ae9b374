using System.Collections;

namespace Harbor.Processes;

/// <summary>What a child process gets to see of this process' environment: an allow-list, so that keys and tokens stay here.</summary>
public static class ChildEnvironment
{
    /// <summary>Set in every child, so that the next run finds the children of a killed one. Not in detached ones: they are meant to stay.</summary>
    public const string RunIdVariable = "HARBOR_RUN_ID";

    /// <summary>Set in every child to a value of its own, so that cancelling finds everything that it started.</summary>
    internal const string CommandIdVariable = "HARBOR_COMMAND_ID";

    private static readonly HashSet<string> Names = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "NO_COLOR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
    };

    private static readonly string[] Prefixes = ["DOCKER_", "BUILDKIT_", "XDG_", "LC_"];

    /// <summary>The id of this run, set once when it begins: every child gets it. See <see cref="Journal.Leftovers"/>.</summary>
    public static string? RunId { get; set; }

    public static Dictionary<string, string> Minimal()
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = (string)entry.Value!;
            }
        }

        return environment;
    }
}
