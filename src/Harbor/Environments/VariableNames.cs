namespace Harbor.Environments;

/// <summary>
/// Which names a layer may set. The merged environment reaches programs on this machine, so names that would steer them are refused.
/// </summary>
internal static class VariableNames
{
    private static readonly string[] Denied =
    [
        "PATH", "HOME", "SHELL", "ENV", "BASH_ENV", "IFS", "CDPATH", "SHELLOPTS", "BASHOPTS", "GLOBIGNORE", "PROMPT_COMMAND", "PS4",
        "NODE_OPTIONS", "NODE_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PERL5LIB", "PERL5OPT", "RUBYLIB", "RUBYOPT",
        "JAVA_TOOL_OPTIONS", "GCONV_PATH", "LOCPATH", "TMPDIR", "SSH_AUTH_SOCK", "SSH_ASKPASS", "PATHEXT", "COMSPEC", "SYSTEMROOT",
    ];

    private static readonly string[] DeniedPrefixes =
        ["LD_", "DYLD_", "DOTNET_", "CORECLR_", "COMPLUS_", "DOCKER_", "COMPOSE_", "BUILDKIT_", "BUILDX_", "GIT_", "BASH_FUNC_", "XDG_"];

    /// <summary>What is wrong with the name, or null.</summary>
    public static string? Refusal(string name)
    {
        if (!IsName(name))
        {
            return $"'{name}' can't be a variable's name: use letters, digits and _, and no digit first.";
        }

        // Windows takes every spelling of a name for the same variable.
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return Denied.Any(denied => denied.Equals(name, comparison)) || DeniedPrefixes.Any(prefix => name.StartsWith(prefix, comparison))
            ? Replacement(name) is { } instead ? $"{name} can't be set here: {instead}."
            : $"{name} can't be set here: it would steer the programs that Harbor starts on this machine. Give the variable another " +
                $"name, and map it in the compose file."
            : null;
    }

    /// <summary>What to do instead of setting a variable that plain Compose would take; null for all others.</summary>
    public static string? Replacement(string name) => name switch
    {
        "COMPOSE_PROFILES" => "list Compose's profiles as profiles.<name>.composeProfiles in etc/harbor.yaml",
        "COMPOSE_PROJECT_NAME" => "set 'name' in etc/harbor.yaml, or type --project-name NAME",
        "COMPOSE_FILE" => "etc/harbor.yaml selects the compose files, by 'source' and 'profiles'",
        _ => null,
    };

    public static bool IsName(string name) => name.Length > 0 && Interpolation.IsNameStart(name[0]) && name.All(Interpolation.IsNamePart);
}
