using System.Text;

namespace Harbor.Processes;

/// <summary>A command line as a shell reads it: words, quotes and backslashes; no variables and no other expansion.</summary>
public static class ShellWords
{
    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,");

    /// <summary>The word as a shell reads it back.</summary>
    public static string Quote(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain)
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Null if a quote is not closed.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ' ' or '\t' or '\n':
                    Close();
                    break;
                case '\'':
                    var end = text.IndexOf('\'', i + 1);
                    if (end < 0)
                    {
                        return null;
                    }

                    (word ??= new()).Append(text, i + 1, end - i - 1);
                    i = end;
                    break;
                case '"':
                    word ??= new();
                    for (i++; i < text.Length && text[i] != '"'; i++)
                    {
                        i += text[i] == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\' or '$' or '`') ? 1 : 0;
                        word.Append(text[i]);
                    }

                    if (i == text.Length)
                    {
                        return null;
                    }

                    break;
                case '\\' when i + 1 < text.Length:
                    (word ??= new()).Append(text[++i]);
                    break;
                default:
                    (word ??= new()).Append(text[i]);
                    break;
            }
        }

        Close();
        return words;

        void Close()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }
}
