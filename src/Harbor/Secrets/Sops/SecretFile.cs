using Harbor.Files;
using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

/// <summary>
/// One SOPS file on the disk, and what can be done with it. Plain values are in memory only; the file is replaced as a whole, after what is to be
/// written was opened again, and only if nobody else changed it meanwhile.
/// </summary>
/// <param name="file">As the user names it: relative to the project root, or absolute.</param>
/// <param name="environment">Where identities are looked for, by <see cref="IdentitySources"/>.</param>
public sealed partial class SecretFile(ProjectPaths paths, string file, IReadOnlyDictionary<string, string> environment, TimeProvider time)
{
    private const UnixFileMode NewMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _path = Path.GetFullPath(file, paths.Root);

    /// <summary>As messages show it.</summary>
    public string Name { get; } = paths.Relative(Path.GetFullPath(file, paths.Root));

    public bool Exists => FileKinds.Of(_path) != FileKind.Missing;

    /// <summary>What <c>sops -d</c> prints; the MAC held.</summary>
    /// <exception cref="InvalidStackException">Missing, not encrypted, changed, of an unsupported kind, or for others.</exception>
    public byte[] Decrypt()
    {
        using var identities = Identities();
        using var open = Open(Read(forWriting: false), identities);
        return open.Plain();
    }

    /// <summary>What about the recipients is not as <c>.sops.yaml</c> says: someone may have added himself. Null where they agree or nothing is said.</summary>
    public string? RecipientWarning()
    {
        try
        {
            var (added, missing, rule) = Differences(SealedFile.Read(Read(forWriting: false), Name));
            return rule is null || (added.Count == 0 && missing.Count == 0) ? null
                : $"The recipients of {Name} are not those of {rule.From.File}:{rule.From.Line}.{Listed(" Only in the file: ", added)}{Listed(" Only in the rule: ", missing)} SecretsUpdateKeys makes the file follow the rule.";
        }
        catch (InvalidStackException e)
        {
            return $"The recipients of {Name} could not be compared with the rules: {e.Message}";
        }
    }

    /// <summary>Encrypts the file in its place, or a new one, by its creation rule.</summary>
    /// <param name="input">The plain content, for a file that does not exist.</param>
    /// <returns>Warnings: what of it others read otherwise than SOPS does.</returns>
    /// <exception cref="InvalidStackException">No rule, encrypted already, or not of its format; nothing comes from <paramref name="input"/>.</exception>
    public IReadOnlyList<string> Encrypt(Func<byte[]> input)
    {
        using var locked = Lock();
        var exists = Exists;
        var plain = exists ? Read(forWriting: true) : input();
        if (!exists && plain.Length == 0)
        {
            throw Faults.At(Name, 0, "does not exist, and nothing is on standard input: is the name right?");
        }

        var store = SopsFormat.StoreOf(Name);
        if (exists && store == BinaryStore.Instance && IsSealed(plain))
        {
            throw Faults.At(Name, 0, "is encrypted already.");
        }

        var tree = NewFile.ReadPlain(store, plain, Name);
        SaveNew(tree, store, Rule(), exists ? plain : null);
        return store == DotenvStore.Instance ? [.. DotenvStore.Surprises(tree, Name)] : [];
    }

    /// <param name="before">Null for a file that is not there.</param>
    private void SaveNew(SopsTree tree, SopsStore store, CreationRule rule, byte[]? before)
    {
        using var identities = Identities();
        using var key = DataKey.Generate();
        var written = NewFile.Encrypt(tree, store, Name, rule, key, DataKeys.Wrap(key, rule, identities.All), time.GetUtcNow());
        Save(written, before, key, store.Write(tree with { Indent = null })); // As what it opens to is written.
    }

    /// <summary>Gives one value a new text.</summary>
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

    /// <param name="change">Gives what is to be written and the key that opens it; null where nothing is to do.</param>
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
        var kind = forWriting ? FileKinds.Of(_path) : FileKinds.Follow(_path);
        if (kind != FileKind.Regular)
        {
            throw Faults.At(Name, 0, $"is {FileKinds.Describe(kind)}; {(kind == FileKind.Link ? "name the file that it points to: a link is not written through" : "a file is expected")}.");
        }

        try
        {
            return BoundedFile.Read(_path, SopsStore.MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Faults.At(Name, 0, $"can't be read: {e.Message}");
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

    /// <summary>One change of secrets at a time in a project; it goes with the process.</summary>
    private FileStream Lock()
    {
        try
        {
            Directory.CreateDirectory(paths.State);
            return new FileStream(Path.Combine(paths.State, "secrets.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"Another command is changing secrets here, or {paths.Relative(paths.State)} can't be written: {e.Message}", e);
        }
    }

    /// <param name="before">What the file has to hold still; null: there has to be none.</param>
    /// <param name="plain">What the new content has to open to.</param>
    private void Save(byte[] content, byte[]? before, DataKey key, byte[] plain)
    {
        using (var check = SealedFile.Read(content, Name).Open(new DataKey([.. key.Bytes])))
        {
            if (!check.Plain().AsSpan().SequenceEqual(plain))
            {
                throw new InvalidOperationException($"{Name} was not written: what was encrypted does not decrypt to the same.");
            }
        }

        var mode = NewMode;
        if (before is not null)
        {
            if (!Read(forWriting: true).AsSpan().SequenceEqual(before))
            {
                throw new DeploymentException($"{Name} was changed by someone else meanwhile, and is left as it is. Do it again.");
            }

            mode = OperatingSystem.IsWindows() ? mode : File.GetUnixFileMode(_path);
        }
        else if (Exists)
        {
            throw new DeploymentException($"{Name} was made by someone else meanwhile, and is left as it is.");
        }

        AtomicFile.Write(_path, content, mode);
    }

    private static string Listed(string text, IReadOnlyList<string> recipients) =>
        recipients.Count == 0 ? "" : text + string.Join(", ", recipients.Select(DataKeys.Label)) + ".";
}
