namespace Harbor.Deployments;

/// <summary>
/// A pattern of Python's <c>fnmatch</c> as on POSIX, which the public packager uses: it matches the whole text, <c>*</c> and <c>?</c> match
/// <c>/</c> and newlines too, there are no escapes, and case counts. Characters are Unicode code points.
/// </summary>
internal sealed class Fnmatch
{
    private readonly List<Token> _tokens = [];

    public Fnmatch(string pattern)
    {
        Pattern = pattern;
        var points = Points(pattern);
        for (var at = 0; at < points.Length;)
        {
            var point = points[at++];
            if (point == '*')
            {
                if (_tokens is not [.., { IsStar: true }])
                {
                    _tokens.Add(new Token(IsStar: true, Set: null));
                }
            }
            else if (point == '?')
            {
                _tokens.Add(new Token(IsStar: false, FnmatchSet.Any));
            }
            else if (point == '[' && FnmatchSet.Read(points, ref at) is { } set)
            {
                _tokens.Add(new Token(IsStar: false, set));
            }
            else
            {
                _tokens.Add(new Token(IsStar: false, FnmatchSet.Of(point)));
            }
        }
    }

    public string Pattern { get; }

    /// <summary>Whether whatever follows a match of the pattern is matched too.</summary>
    public bool EndsInStar => _tokens is [.., { IsStar: true }];

    /// <summary>The text as code points. Halves of surrogate pairs stand for themselves.</summary>
    public static int[] Points(string text)
    {
        var points = new int[text.Length];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            points[count++] = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])
                ? char.ConvertToUtf32(text[at], text[++at]) : text[at];
        }

        return points[..count];
    }

    public bool IsMatch(string text) => IsMatch(Points(text));

    /// <summary>Goes back to the last star only, so that the time is at most length × pattern.</summary>
    public bool IsMatch(ReadOnlySpan<int> text)
    {
        int token = 0, at = 0, star = -1, tried = 0;
        while (at < text.Length)
        {
            if (token < _tokens.Count && _tokens[token].IsStar)
            {
                (star, tried) = (token++, at);
            }
            else if (token < _tokens.Count && _tokens[token].Set!.Contains(text[at]))
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++tried;
            }
            else
            {
                return false;
            }
        }

        return token == _tokens.Count || (token == _tokens.Count - 1 && _tokens[token].IsStar);
    }

    private readonly record struct Token(bool IsStar, FnmatchSet? Set);
}
