using Harbor.Build.Setup;
using Harbor.Frosting;
using Harbor.Processes;

namespace Harbor.Build.Secrets;

[TaskName("SecretsEdit")]
[TaskDescription("Opens --file=PATH in VISUAL or EDITOR, decrypted, in memory only (tmpfs), and encrypts what was changed.")]
public sealed class SecretsEdit : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var file = SecretFiles.Of(context);
        var words = Editor().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var changed = await file.EditAsync(
            (path, token) => new Command(words[0], [.. NoTraces(words[0]), .. words[1..], path]) { WorkingDirectory = Path.GetDirectoryName(path) }.RunOnTerminalAsync(token),
            context.Say,
            ct);
        context.Say(changed ? $"{file.Name} is written." : $"{file.Name} was not changed.");
    }

    private static string Editor() =>
        ((string[])["VISUAL", "EDITOR"]).Select(name => HarborContext.ProcessVariables.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? "vi";

    /// <summary>
    /// vim's swap, undo, backup and history files would outlive the edit. Most vi are vim, which links tell; another vi would not know these options.
    /// </summary>
    private static string[] NoTraces(string editor)
    {
        var target = Executable.Find(editor) is { } path ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.Name : null;

        // By -c, which comes behind the user's own settings; --cmd would come before them.
        return IsVim(Path.GetFileName(editor)) || IsVim(target) ? ["-n", "-i", "NONE", "-c", "set noundofile nobackup nowritebackup"] : [];
    }

    /// <summary>Debian's are vim.tiny, vim.basic, vim.nox.</summary>
    private static bool IsVim(string? name) => name is "vim" or "nvim" || name?.StartsWith("vim.", StringComparison.Ordinal) == true;
}
