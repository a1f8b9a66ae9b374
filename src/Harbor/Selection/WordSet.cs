namespace Harbor.Selection;

/// <summary>
/// Words in ordinal order, each once. Looked up by the part of a file name that is a token, so that no token becomes a string.
/// </summary>
internal sealed class WordSet
{
    private readonly string[] _words;

    public WordSet(List<string> words)
    {
        words.Sort(string.CompareOrdinal);
        var count = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Length > 0 && (count == 0 || words[i] != words[count - 1]))
            {
                words[count++] = words[i];
            }
        }

        words.RemoveRange(count, words.Count - count);
        _words = [.. words];
    }

    public IReadOnlyList<string> Words => _words;

    public bool Contains(ReadOnlySpan<char> token)
    {
        var (low, high) = (0, _words.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = token.SequenceCompareTo(_words[middle]);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }
}
