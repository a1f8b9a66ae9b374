namespace Harbor.Server.Interceptor;

/// <summary>Cuts a stream of server-sent events into whole events, as their bytes come.</summary>
internal sealed class EventStreamParts
{
    private readonly List<byte> _event = [];
    private bool _isLineEmpty = true;

    /// <summary>The events that are whole now, each with its empty line.</summary>
    public IEnumerable<byte[]> Take(ReadOnlyMemory<byte> bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            var letter = bytes.Span[index];
            _event.Add(letter);
            if (letter == '\n')
            {
                if (_isLineEmpty)
                {
                    yield return Rest();
                }

                _isLineEmpty = true;
            }
            else if (letter != '\r')
            {
                _isLineEmpty = false;
            }
        }
    }

    /// <summary>What is left of an event that has no end.</summary>
    public byte[] Rest()
    {
        byte[] rest = [.. _event];
        _event.Clear();
        return rest;
    }
}
