using System.Collections;

namespace Harbor.Processes;

/// <summary>What a child process gets to see of this process' environment: an allow-list, so that keys and tokens stay here.</summary>
public static class ChildEnvironment
{
    private static readonly string[] Names =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "NO_COLOR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
    ];

    private static readonly string[] Prefixes = ["DOCKER_", "BUILDKIT_", "XDG_", "LC_"];

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
