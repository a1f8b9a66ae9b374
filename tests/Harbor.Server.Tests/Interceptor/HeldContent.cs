using System.Net;
using System.Text;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>A JSON body of which the second half is sent when the test says so.</summary>
internal sealed class HeldContent : HttpContent
{
    private readonly byte[] _bytes;
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldContent(string json)
    {
        _bytes = Encoding.UTF8.GetBytes(json);
        Headers.ContentType = new("application/json");
    }

    public Task Wanted => _wanted.Task;

    public void Finish() => _finish.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_bytes.AsMemory(0, 10));
        await stream.FlushAsync();
        _wanted.TrySetResult();
        await _finish.Task;
        await stream.WriteAsync(_bytes.AsMemory(10));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
