using Harbor.Files;
using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

/// <summary>
/// A SOPS file and its operations. Plain values stay in memory. A new content is decrypted again as a check, then replaces the file as a
/// whole, unless somebody else changed the file meanwhile.
/// </summary>
/// <param name="file">As typed by the user: relative to the project root, or absolute.</param>
/// <param name="environment">Variables in which <see cref="IdentitySources"/> looks for identities.</param>
public sealed partial class SecretFile(ProjectPaths paths, string file, IReadOnlyDictionary<string, string> environment, TimeProvider time)
{
    private const UnixFileMode NewMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(file, paths.Root);

    /// <summary>The name in messages.</summary>
    public string Name { get; } = paths.Relative(Path.GetFullPath(file, paths.Root));

    public bool Exists => FileKinds.Read(_path) != FileKind.Missing;

    /// <summary>The output of <c>sops -d</c>, after the MAC was verified.</summary>
    /// <exception cref="InvalidStackException">The file is missing, not encrypted, manipulated, unsupported, or for other
    /// recipients.</exception>
    public byte[] Decrypt()
    {
        using var identities = Identities();
        using var open = Open(Read(forWriting: false), identities);
        return open.Plain();
    }

    /// <summary>
    /// A warning if the recipients differ from <c>.sops.yaml</c>, because someone may have added a key. Null if they match or there is no
    /// rule.
    /// </summary>
    public string? RecipientWarning()
    {
        try
        {
            var (added, missing, rule) = Differences(SealedFile.Read(Read(forWriting: false), Name));
            return rule is null || (added.Count == 0 && missing.Count == 0) ? null
                : $"The recipients of {Name} differ from " +
                    $"{rule.From.File}:{rule.From.Line}.{Listed(" Only in the file: ", added)}{Listed(" Only in the rule: ", missing)} " +
                    $"SecretsUpdateKeys applies the rule.";
        }
        catch (InvalidStackException e)
        {
            return $"The recipients of {Name} could not be compared with the rules: {e.Message}";
        }
    }

    /// <summary>Encrypts the file in place, or creates it, by its creation rule.</summary>
    /// <param name="input">Returns the plain content of a file that does not exist.</param>
    /// <returns>Warnings for lines that other tools read differently from SOPS.</returns>
    /// <exception cref="InvalidStackException">There is no rule, the file is already encrypted, its format is wrong, or
    /// <paramref name="input"/> is empty.</exception>
    public IReadOnlyList<string> Encrypt(Func<byte[]> input)
    {
        using var locked = Lock();
        var exists = Exists;
        var plain = exists ? Read(forWriting: true) : input();
        if (!exists && plain.Length == 0)
        {
            throw Faults.Create(Name, 0, "does not exist, and standard input is empty: check the name.");
        }

        var store = SopsFormat.StoreOf(Name);
        if (exists && store == BinaryStore.Instance && IsSealed(plain))
        {
            throw Faults.Create(Name, 0, "is already encrypted.");
        }

        var tree = NewFile.ReadPlain(store, plain, Name);
        SaveNew(tree, store, Rule(), exists ? plain : null);
        return store == DotenvStore.Instance ? [.. DotenvStore.Surprises(tree, Name)] : [];
    }

    /// <param name="before">Null for a file that does not exist.</param>
    private void SaveNew(SopsTree tree, SopsStore store, CreationRule rule, byte[]? before)
    {
        using var identities = Identities();
        using var key = DataKey.Generate();
        var written = NewFile.Encrypt(tree, store, Name, rule, key, DataKeys.Wrap(key, rule, identities.All), time.GetUtcNow());
        Save(written, before, key, store.Write(tree with { Indent = null })); // In the form that decrypting gives.
    }

    /// <param name="key">A name, or <c>["a"]["b"]</c>.</param>
    public void Set(string key, byte[] value)
    {
        var path = KeyPath.Parse(key);
        Change((open, _) =>
        {
            open.Set(path, value);
            return (open.Seal(time.GetUtcNow()), open.Key);
        });
    }

    /// <param name="change">Returns the new content and its key; null if nothing changes.</param>
    private void Change(Func<OpenFile, IReadOnlyList<SourcedIdentity>, (byte[] Content, DataKey Key)?> change)
    {
        using var locked = Lock();
        using var identities = Identities();
        var before = Read(forWriting: true);
        using var open = Open(before, identities);
        if (change(open, identities.All) is var (content, key))
        {
            using (key)
            {
                Save(content, before, key, open.Plain());
            }
        }
    }

    private OpenFile Open(byte[] bytes, OwnIdentities identities)
    {
        var sealedFile = SealedFile.Read(bytes, Name);
        return sealedFile.Open(DataKeys.Open(sealedFile, identities.All));
    }

    private OwnIdentities Identities() => IdentitySources.Load(environment);

    private byte[] Read(bool forWriting)
    {
        var kind = forWriting ? FileKinds.Read(_path) : FileKinds.Follow(_path);
        if (kind != FileKind.Regular)
        {
            throw Faults.Create(Name, 0, $"is {FileKinds.Describe(kind)}; " +
                $"{(kind == FileKind.Link ? "name the file that it points to, because links are not followed" : "a file is expected")}.");
        }

        try
        {
            return BoundedFile.Read(_path, SopsStore.MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Faults.Create(Name, 0, $"could not be read: {e.Message}");
        }
    }

    private bool IsSealed(byte[] bytes)
    {
        try
        {
            return BinaryStore.Instance.Read(bytes, Name).Metadata is not null;
        }
        catch (InvalidStackException)
        {
            return false;
        }
    }

    /// <summary>Allows one change of secrets at a time in a project. The lock ends with the process.</summary>
    private FileStream Lock()
    {
        try
        {
            Directory.CreateDirectory(paths.State);
            return new FileStream(
                Path.Combine(paths.State, "secrets.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException(
                $"Another command is changing secrets of this project, or {paths.Relative(paths.State)} is not writable: {e.Message}", e);
        }
    }

    /// <param name="before">The content that the file must still have; null if it must not exist.</param>
    /// <param name="plain">The plain text that the new content must decrypt to.</param>
    private void Save(byte[] content, byte[]? before, DataKey key, byte[] plain)
    {
        using (var check = SealedFile.Read(content, Name).Open(new DataKey([.. key.Bytes])))
        {
            if (!check.Plain().AsSpan().SequenceEqual(plain))
            {
                throw new InvalidOperationException(
                    $"{Name} was not written, because the encrypted text does not decrypt to the same values.");
            }
        }

        var mode = NewMode;
        if (before is not null)
        {
            if (!Read(forWriting: true).AsSpan().SequenceEqual(before))
            {
                throw new HarborException($"{Name} was not written, because someone else changed it meanwhile. Repeat the command.");
            }

            mode = OperatingSystem.IsWindows() ? mode : File.GetUnixFileMode(_path);
        }
        else if (Exists)
        {
            throw new HarborException($"{Name} was not written, because someone else created it meanwhile.");
        }

        AtomicFile.Write(_path, content, mode);
    }

    private static string Listed(string text, IReadOnlyList<string> recipients) =>
        recipients.Count == 0 ? "" : text + string.Join(", ", recipients.Select(DataKeys.Label)) + ".";
}
