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
            (path, token) => new Command(words[0], [.. words[1..], .. NoTraces(words[0]), path]) { WorkingDirectory = Path.GetDirectoryName(path) }.RunOnTerminalAsync(token),
            context.Say,
            ct);
        context.Say(changed ? $"{file.Name} is written." : $"{file.Name} was not changed.");
    }

    private static string Editor() =>
        ((string[])["VISUAL", "EDITOR"]).Select(name => HarborContext.ProcessVariables.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? "vi";

    /// <summary>vim's swap, undo and history files would outlive the edit.</summary>
    private static string[] NoTraces(string editor) =>
        Path.GetFileName(editor) is "vim" or "nvim" ? ["-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup"] : [];
}
