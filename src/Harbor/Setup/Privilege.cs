using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>How this process can become root.</summary>
public enum Privilege
{
    /// <summary>Not at all: it is not root, and <c>sudo</c> is missing or needs a password. Commands can only be shown.</summary>
    None,

    /// <summary>Through <c>sudo -n</c>, which never asks for a password.</summary>
    Sudo,

    Root,
}

public static class Privileges
{
    public static async Task<Privilege> DetectAsync(RunScope scope, CancellationToken ct)
    {
        if (Environment.IsPrivilegedProcess)
        {
            return Privilege.Root;
        }

        return scope.FindProgram("sudo") is not null && (await new Command(scope, "sudo", "-n", "true").TryRunAsync(ct)).ExitCode == 0
            ? Privilege.Sudo
            : Privilege.None;
    }

    /// <summary>The command to run; with <see cref="Privilege.None"/>, the command to show, with a <c>sudo</c> that asks.</summary>
    public static Command Elevate(this Privilege privilege, Command command) => privilege switch
    {
        Privilege.Root => command,
        Privilege.Sudo => command with { FileName = "sudo", Arguments = ["-n", command.FileName, .. command.Arguments] },
        _ => command with { FileName = "sudo", Arguments = [command.FileName, .. command.Arguments] },
    };
}
