using System.Diagnostics;
using System.Text;

namespace Harbor.Server.Tests;

/// <summary>A program that a test starts, reads and ends; killed with all its children on disposal.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly StringBuilder _standardOutput = new();

    public ChildProcess(
        string program, IEnumerable<string> arguments, string? announcement = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // The product's own way to start programs ends their children: these must outlive a kill.
        _process = Process.Start(start)!;
#pragma warning restore RS0030
        void Read(string? line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            if (announcement is not null && line?.Contains(announcement, StringComparison.Ordinal) == true)
            {
                _announced.TrySetResult(line);
            }
        }

        _process.OutputDataReceived += (_, e) =>
        {
            Read(e.Data);
            _standardOutput.AppendLine(e.Data);
        };
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Without standard error; whole once it has ended.</summary>
    public string StandardOutput => _standardOutput.ToString();

    public int Id => _process.Id;

    /// <summary>The line that says it is ready.</summary>
    public async Task<string> AnnouncedAsync(CancellationToken ct)
    {
        var ended = _process.WaitForExitAsync(ct);
        return await Task.WhenAny(_announced.Task, ended) == ended && !_announced.Task.IsCompleted
            ? throw new InvalidOperationException($"It ended with {_process.ExitCode}:\n{Output}")
            : await _announced.Task;
    }

    public async Task<int> EndedAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL, to it alone.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        await using var child = new ChildProcess(program, arguments);
        var code = await child.EndedAsync(CancellationToken.None);
        return code == 0 ? child.Output : throw new InvalidOperationException($"{program} ended with {code}:\n{child.Output}");
    }
}
