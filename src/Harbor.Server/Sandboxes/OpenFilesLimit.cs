using System.Globalization;
using System.Text;

namespace Harbor.Server.Sandboxes;

/// <summary>How many files a sandbox may open: 65,536, or what the engine itself may where that is less. A real container tells,
/// once.</summary>
public sealed class OpenFilesLimit(SandboxEngine engine, ServerIdentity identity) : IDisposable
{
    public const int Wanted = 65_536;
    private const int Least = 1024;
    private readonly SemaphoreSlim _gate = new(1);
    private int? _found;

    public void Dispose() => _gate.Dispose();

    /// <param name="image">Any with a shell.</param>
    public async Task<int> FindAsync(string image, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            _found ??= await AskAsync(image, ct);
            return Math.Min(Wanted, _found ?? Least); // An answer that can't be read is asked for again.
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<int?> AskAsync(string image, CancellationToken ct)
    {
        var id = await engine.CreateAsync(new SandboxSpec
        {
            Image = image,
            Command = "ulimit -Hn",
            Labels = identity.ProbeLabels("nofile"),
            Variables = new Dictionary<string, string>(),
            CpuCores = 1,
            MemoryMb = 64,
            DiskMb = 64,
            Pids = 64,
            Runtime = "runc",
            OpenFiles = null,
        }, ct);
        try
        {
            await engine.StartAsync(id, ct);
            await engine.WaitAsync(id, ct);
            using var logs = await engine.LogsAsync(id, follow: false, ct);
            using var output = new MemoryStream();
            await logs.CopyOutputToAsync(Stream.Null, output, Stream.Null, ct);
            var text = Encoding.UTF8.GetString(output.ToArray()).Trim();
            return text == "unlimited" ? Wanted
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
        finally
        {
            await engine.RemoveAsync(id, CancellationToken.None);
        }
    }
}
