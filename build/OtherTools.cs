namespace Harbor.Pipeline;

/// <summary>Commands of av/harbor and of other tools that Harbor does not have, with what to do instead.</summary>
internal static class OtherTools
{
    public static IReadOnlyList<(string Words, string Advice)> Words { get; } =
    [
        ("models hf ollama llamacpp vllm", "A tool of a service runs in its container: exec SERVICE COMMAND, or run SERVICE COMMAND."),
        ("launch aider opint", "A program beside the stack is a service with a file of its own: run SERVICE COMMAND."),
        ("link ln unlink update", "The installer does that: sh install.sh, and sh install.sh --uninstall."),
        ("migrate", "There is nothing to migrate: docs/coming-from-av-harbor.md says what to write."),
        ("stats top smi", "Use instead: docker stats, nvtop, nvidia-smi."),
        ("attach", "Use instead: logs SERVICE --follow, or docker attach CONTAINER."),
        ("dive", "Use instead: dive IMAGE; status and cmd name the images' services."),
        ("volumes", "Mounts are lines of a compose file: compose.x.SERVICE.volumes.yml adds some to a service."),
        ("alias aliases", "A name for a command is a shell's alias, or a script in hooks."),
        ("home", "The project's folder is on the first line of every command."),
        ("info", "Use instead: doctor, or --info."),
        ("vscode", "Use instead: code FOLDER; the project's folder is on the first line of every command."),
        ("how skills", "Use instead: --help."),
        ("fixfs", "Files that containers write belong to their users: set user: in the compose file."),
        ("tools routine dev", "Hooks run programs of your own: docs/hooks.md."),
        ("version", "Use instead: --version."),
        ("gum", "Nothing of Harbor needs it."),
        ("tunnels", "A tunnel that every deploy opens is a step of the descriptor: net.tunnel.quick."),
    ];
}
