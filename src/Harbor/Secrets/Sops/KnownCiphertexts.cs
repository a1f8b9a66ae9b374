namespace Harbor.Secrets.Sops;

/// <summary>How the values of a file were encrypted: what did not change is written as it was, and the difference in git stays small.</summary>
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

    /// <summary>Each text is given once: equal items of a list shall not show that they are equal.</summary>
    public string? Take(string path, SopsValue plain) => _texts.TryGetValue(Key(path, plain), out var texts) && texts.TryDequeue(out var text) ? text : null;

    private static (string Path, SopsType Type, string Plain) Key(string path, SopsValue plain) => (path, plain.Type, Convert.ToBase64String(plain.Bytes));
}
