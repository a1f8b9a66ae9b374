namespace Harbor.Environments;

/// <summary>Which names a layer may set. The merged environment reaches programs on this machine, so what would steer those is refused.</summary>
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
            return $"'{name}' can't be a variable's name: letters, digits and _ are, and no digit first.";
        }

        // Windows takes every spelling of a name for the same variable.
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return Denied.Any(denied => denied.Equals(name, comparison)) || DeniedPrefixes.Any(prefix => name.StartsWith(prefix, comparison))
            ? $"{name} can't be set here: it would steer the programs that Harbor starts on this machine. Give the variable another name, and map it in the compose file."
            : null;
    }

    public static bool IsName(string name) => name.Length > 0 && Interpolation.IsNameStart(name[0]) && name.All(Interpolation.IsNamePart);
}
