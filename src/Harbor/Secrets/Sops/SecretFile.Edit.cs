using Harbor.Files;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

public sealed partial class SecretFile
{
    /// <summary>
    /// Opens the plain content in an editor, in memory only, and encrypts the result. An invalid result is opened again. A file that does
    /// not exist starts empty.
    /// </summary>
    /// <param name="edit">Changes the file at the path.</param>
    /// <param name="say">Receives the reason if the editor opens again.</param>
    /// <returns>False if nothing was changed; the file is not written then.</returns>
    /// <exception cref="InvalidStackException">The editor left the same invalid text twice, or no rule matches a new file.</exception>
    public async Task<bool> EditAsync(Func<string, CancellationToken, Task> edit, Action<string> say, CancellationToken ct)
    {
        using var locked = Lock();
        var store = SopsFormat.StoreOf(Name);
        if (!Exists)
        {
            var rule = Rule();
            if (await EditedAsync([], store, edit, say, ct) is not { } made)
            {
                return false;
            }

            SaveNew(made, store, rule, before: null);
            return true;
        }

        using var identities = Identities();
        var before = Read(forWriting: true);
        using var open = Open(before, identities);
        var plain = open.Plain();
        ThrowIfLossy(open, plain);
        if (await EditedAsync(plain, store, edit, say, ct) is not { } edited)
        {
            return false;
        }

        open.Replace(edited);
        Save(open.Seal(time.GetUtcNow()), before, open.Key, open.Plain());
        return true;
    }

    /// <returns>Null if the text was not changed.</returns>
    private async Task<SopsTree?> EditedAsync(
        byte[] plain, SopsStore store, Func<string, CancellationToken, Task> edit, Action<string> say, CancellationToken ct)
    {
        using var folder = PrivateFolder.TryCreate(environment)
            ?? throw new InvalidStackException("Editing needs a writable tmpfs, but neither XDG_RUNTIME_DIR nor /dev/shm is one. " +
                "On a disk, the plain text could be recovered later. Use SecretsSet instead.");
        var path = folder.Write(Path.GetFileName(_path), plain);
        InvalidStackException? fault = null;
        for (var last = plain; ;)
        {
            await edit(path, ct);
            var edited = FileKinds.Read(path) == FileKind.Regular ? BoundedFile.Read(path, SopsStore.MaxBytes) : plain;
            if (edited.AsSpan().SequenceEqual(plain))
            {
                return null;
            }

            if (fault is not null && edited.AsSpan().SequenceEqual(last))
            {
                throw fault;
            }

            try
            {
                return NewFile.ReadPlain(store, edited, Name);
            }
            catch (InvalidStackException e)
            {
                (fault, last) = (e, edited);
                say($"{e.Message}\nThe editor opens again. Quit without a change to give up.");
            }
        }
    }

    /// <summary>
    /// A dotenv file can't show a backslash before an n, and JSON can't show text that is not UTF-8. Saving such a text would change it.
    /// </summary>
    private void ThrowIfLossy(OpenFile open, byte[] plain)
    {
        var (own, shown) = (open.Tree.Values(), NewFile.ReadPlain(open.File.Store, plain, Name).Values());
        for (var i = 0; i < own.Count; i++)
        {
            if (i >= shown.Count || own[i] != shown[i])
            {
                throw Faults.Create(
                    Name, 0, $"{Excerpt.Of(own[i].Path)} contains bytes that the format can't show as text, so editing would " +
                    $"change it. Use SecretsSet.");
            }
        }
    }
}
