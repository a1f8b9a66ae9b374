using System.Buffers;
using System.Buffers.Text;
using Harbor.Server.Http;

namespace Harbor.Server.Deployments;

/// <summary>Decodes a JSON string of base64 into a file, piece by piece; understands the escapes that JSON writers use for <c>+</c> and
/// <c>/</c>.</summary>
internal sealed class Base64Sink(Stream file)
{
    private readonly byte[] _text = new byte[64 * 1024];
    private readonly byte[] _escape = new byte[6];
    private int _length;
    private int _escapeLength;
    private long _written;

    /// <returns>How many bytes were taken with the closing quote; -1: the string goes on.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var letter = bytes[i];
            if (_escapeLength > 0)
            {
                TakeEscape(letter);
            }
            else if (letter == '"')
            {
                return i + 1;
            }
            else if (letter == '\\')
            {
                _escape[_escapeLength++] = letter;
            }
            else
            {
                Add(letter);
            }
        }

        return -1;
    }

    public void Complete()
    {
        Flush(isFinal: true);
        file.Flush();
    }

    private void TakeEscape(byte letter)
    {
        _escape[_escapeLength++] = letter;
        var isUnicode = _escape[1] == 'u';
        if (isUnicode && _escapeLength < 6)
        {
            return;
        }

        _escapeLength = 0;
        if (isUnicode)
        {
            var isHex = Utf8Parser.TryParse(_escape.AsSpan(2, 4), out ushort code, out var used, 'x') && used == 4;
            Add(isHex && code < 128 ? (byte)code : throw Bad());
        }
        else
        {
            Add(letter switch { (byte)'n' or (byte)'r' or (byte)'t' => (byte)' ', (byte)'/' => letter, _ => throw Bad() });
        }
    }

    private void Add(byte letter)
    {
        if (letter is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            return;
        }

        _text[_length++] = letter;
        if (_length == _text.Length)
        {
            Flush(isFinal: false);
        }
    }

    private void Flush(bool isFinal)
    {
        var whole = isFinal ? _length : _length - (_length % 4);
        if (Base64.DecodeFromUtf8InPlace(_text.AsSpan(0, whole), out var decoded) != OperationStatus.Done)
        {
            throw Bad();
        }

        if ((_written += decoded) > ContextLimits.Packed)
        {
            throw ContextLimits.TooLarge();
        }

        file.Write(_text.AsSpan(0, decoded));
        _length -= whole; // Buffers are whole quads: nothing is left.
    }

    private static HttpException Bad() => HttpException.Invalid("context_tar_base64", ContextLimits.NoArchive);
}
