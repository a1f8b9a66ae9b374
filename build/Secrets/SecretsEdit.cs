using Harbor.Frosting;
using Harbor.Processes;

namespace Harbor.Pipeline.Secrets;

[TaskName("SecretsEdit")]
[TaskDescription("Opens a decrypted file in your editor; it stays in memory.")]
[TaskGroup(Groups.Secrets)]
[TaskAlias("secrets edit")]
[OwnsOutput]
[SecretFileOptions]
[Example("secrets edit --file=etc/app.sops.env")]
public sealed class SecretsEdit : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var file = SecretFiles.FromOptions(context);
        var words = Editor(context);
        var changed = await file.EditAsync(EditAsync, context.Say, ct);
        context.Say(changed ? $"{file.Name} is written." : $"{file.Name} was not changed.");

        Task EditAsync(string path, CancellationToken token) =>
            new Command(context.Scope, words[0], [.. NoTraces(context, words[0]), .. words.Skip(1), path])
            {
                WorkingDirectory = Path.GetDirectoryName(path),
            }.RunOnTerminalAsync(token);
    }

    /// <summary>The program and its arguments.</summary>
    private static IReadOnlyList<string> Editor(HarborContext context)
    {
        var name = ((string[])["VISUAL", "EDITOR"])
            .FirstOrDefault(name => !string.IsNullOrWhiteSpace(context.Scope.Variables.GetValueOrDefault(name)));
        var words = name is null ? ["vi"] : ShellWords.Split(context.Scope.Variables[name]);
        return words is [{ Length: > 0 }, ..]
            ? words
            : throw new InvalidStackException($"{name} is not a command as a shell reads it: {context.Scope.Variables[name!]}");
    }

    /// <summary>
    /// Turns off vim's swap, undo, backup and history files, which would outlive the edit. <c>vi</c> is mostly a link to vim; another vi
    /// does not know these options.
    /// </summary>
    private static string[] NoTraces(HarborContext context, string editor)
    {
        var target = context.Scope.FindProgram(editor) is { } path ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.Name : null;

        // -c runs after the user's own settings; --cmd would run before them.
        return IsVim(Path.GetFileName(editor)) || IsVim(target) ? ["-n", "-i", "NONE", "-c", "set noundofile nobackup nowritebackup"] : [];
    }

    /// <summary>Debian's are vim.tiny, vim.basic, vim.nox.</summary>
    private static bool IsVim(string? name) => name is "vim" or "nvim" || name?.StartsWith("vim.", StringComparison.Ordinal) == true;
}
