using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>How this process becomes root.</summary>
public enum Privilege
{
    /// <summary>Neither root nor <c>sudo</c> without a password: commands can only be shown.</summary>
    None,

    /// <summary>Through <c>sudo -n</c>, which never asks for a password.</summary>
    Sudo,

    Root,
}

public static class Privileges
{
    public static async Task<Privilege> DetectAsync(CancellationToken ct)
    {
        if (Environment.IsPrivilegedProcess)
        {
            return Privilege.Root;
        }

        return Executable.Find("sudo") is not null && (await new Command("sudo", "-n", "true").TryRunAsync(ct)).ExitCode == 0
            ? Privilege.Sudo
            : Privilege.None;
    }

    /// <summary>The command as it is run; as it is shown, where there is no permission: with a <c>sudo</c> that asks.</summary>
    public static Command Elevate(this Privilege privilege, Command command) => privilege switch
    {
        Privilege.Root => command,
        Privilege.Sudo => command with { FileName = "sudo", Arguments = ["-n", command.FileName, .. command.Arguments] },
        _ => command with { FileName = "sudo", Arguments = [command.FileName, .. command.Arguments] },
    };
}
