namespace Harbor.Secrets.Sops;

/// <summary>
/// Keeps the old ciphertexts of a file. Unchanged values keep theirs, so that the difference in git stays small.
/// </summary>
internal sealed class KnownCiphertexts
{
    private readonly Dictionary<(string Path, SopsType Type, string Plain), Queue<string>> _texts = [];

    public void Add(string path, SopsValue plain, string text)
    {
        var key = Key(path, plain);
        if (!_texts.TryGetValue(key, out var texts))
        {
            _texts[key] = texts = new();
        }

        texts.Enqueue(text);
    }

    /// <summary>Returns each ciphertext once, so that equal items of a list do not become recognizable as equal.</summary>
    public string? TakeNext(string path, SopsValue plain) => _texts.TryGetValue(Key(path, plain), out var texts)
        && texts.TryDequeue(out var text) ? text : null;

    private static (string Path, SopsType Type, string Plain) Key(string path, SopsValue plain) =>
        (path, plain.Type, Convert.ToBase64String(plain.Bytes));
}
