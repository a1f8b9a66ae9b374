using System.Text;
using Harbor.Server.Http;

namespace Harbor.Server.Deployments;

/// <summary>
/// Reads a JSON body whose <c>context_tar_base64</c> may be 140 MB: that value is decoded into a file as it arrives, the rest is kept as
/// JSON with <c>null</c> in its place. So memory stays flat.
/// </summary>
internal sealed class ArchiveSplitter(Stream archive) : IDisposable
{
    private const int LargestRest = 8 * 1024 * 1024;
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("context_tar_base64");

    private readonly MemoryStream _rest = new();
    private readonly MemoryStream _key = new();
    private readonly Base64Sink _sink = new(archive);
    private State _state;
    private int _depth;
    private bool _expectsKey;
    private bool _isEscaped;

    private enum State
    {
        Outside,
        InKey,
        InString,
        AfterOurKey,
        InArchive,
    }

    /// <summary>Whether the body had an archive: null and absent are none.</summary>
    public bool HasArchive { get; private set; }

    /// <summary>The body without the archive.</summary>
    public ReadOnlySpan<byte> Rest => _rest.GetBuffer().AsSpan(0, (int)_rest.Length);

    /// <exception cref="HttpException">The archive is no base64, or the rest is too large.</exception>
    public async Task ReadAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, ct)) > 0)
        {
            Take(buffer.AsSpan(0, read));
        }

        if (_state == State.InArchive)
        {
            throw new HttpException(400, "malformed", "The body ends in the middle of context_tar_base64.");
        }

        if (HasArchive)
        {
            _sink.Complete();
        }

        archive.Position = 0;
    }

    public void Dispose()
    {
        _rest.Dispose();
        _key.Dispose();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_state == State.InArchive)
            {
                var end = _sink.Take(bytes);
                _state = end < 0 ? State.InArchive : State.Outside;
                bytes = end < 0 ? [] : bytes[end..];
                continue;
            }

            Take(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void Take(byte letter)
    {
        switch (_state)
        {
            case State.InKey or State.InString:
                InText(letter);
                break;
            case State.AfterOurKey when letter == '"':
                if (HasArchive)
                {
                    throw new HttpException(400, "malformed", "The body has context_tar_base64 twice.");
                }

                HasArchive = true;
                _rest.Write("null"u8);
                _state = State.InArchive;
                return;
            default:
                Outside(letter);
                break;
        }

        if (_rest.Length >= LargestRest)
        {
            throw new HttpException(413, "too_large", "The body without its archive is larger than 8 MiB.");
        }

        _rest.WriteByte(letter);
    }

    private void InText(byte letter)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (letter == '\\')
        {
            _isEscaped = true;
        }
        else if (letter == '"')
        {
            var isOurs = _state == State.InKey && _key.GetBuffer().AsSpan(0, (int)_key.Length).SequenceEqual(Key);
            _expectsKey = false;
            _state = isOurs ? State.AfterOurKey : State.Outside;
            return;
        }

        if (_state == State.InKey && _key.Length <= Key.Length)
        {
            _key.WriteByte(letter);
        }
    }

    private void Outside(byte letter)
    {
        switch (letter)
        {
            case (byte)'"':
                _key.SetLength(0);
                _state = _depth == 1 && _expectsKey ? State.InKey : State.InString;
                break;
            case (byte)'{' or (byte)'[':
                _state = State.Outside;
                _depth++;
                _expectsKey = letter == '{';
                break;
            case (byte)'}' or (byte)']':
                _state = State.Outside;
                _depth--;
                break;
            case (byte)',':
                _state = State.Outside;
                _expectsKey = _depth == 1;
                break;
            case (byte)':' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                break;
            default:
                _state = State.Outside; // null, a number: not our string.
                break;
        }
    }
}
