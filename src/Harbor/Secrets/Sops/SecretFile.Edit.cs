using Harbor.Descriptors.Yaml;
using Harbor.Files;

namespace Harbor.Secrets.Sops;

public sealed partial class SecretFile
{
    /// <summary>Gives the plain content to an editor, in memory only, and encrypts what it left. What can't be read is given to it again. A file that is not there starts empty.</summary>
    /// <param name="edit">Changes the file at the path.</param>
    /// <param name="say">Told why the editor opens again.</param>
    /// <returns>False where nothing was changed: the file is as it was.</returns>
    /// <exception cref="InvalidStackException">What the editor left, twice the same, is not of the format; or a new file would have no rule.</exception>
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
        RefuseLoss(open, plain);
        if (await EditedAsync(plain, store, edit, say, ct) is not { } edited)
        {
            return false;
        }

        open.Replace(edited);
        Save(open.Seal(time.GetUtcNow()), before, open.Key, open.Plain());
        return true;
    }

    /// <returns>Null where the editor left what it was given.</returns>
    private async Task<SopsTree?> EditedAsync(byte[] plain, SopsStore store, Func<string, CancellationToken, Task> edit, Action<string> say, CancellationToken ct)
    {
        using var folder = PrivateFolder.TryCreate(environment)
            ?? throw new InvalidStackException("There is no tmpfs to edit in: neither XDG_RUNTIME_DIR nor /dev/shm is one that can be written to. On a disk, the plain text could be found later. Use SecretsSet instead.");
        var path = folder.Write(Path.GetFileName(_path), plain);
        InvalidStackException? fault = null;
        for (var last = plain; ;)
        {
            await edit(path, ct);
            var edited = FileKinds.Of(path) == FileKind.Regular ? BoundedFile.Read(path, SopsStore.MaxBytes) : plain;
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
                say($"{e.Message}\nThe editor opens again. Leave the file as it is to give up.");
            }
        }
    }

    /// <summary>A dotenv file can't show a backslash before an n, nor JSON what is not UTF-8: to write back what was shown would change them.</summary>
    private void RefuseLoss(OpenFile open, byte[] plain)
    {
        var (own, shown) = (open.Tree.Values(), NewFile.ReadPlain(open.File.Store, plain, Name).Values());
        for (var i = 0; i < own.Count; i++)
        {
            if (i >= shown.Count || own[i] != shown[i])
            {
                throw Faults.At(Name, 0, $"{Excerpt.Of(own[i].Path)} holds what the format can't show as text, so that editing would change it. Use SecretsSet.");
            }
        }
    }
}
