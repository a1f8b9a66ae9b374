using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Harbor.Processes;

public sealed partial record Command
{
    private const int TailLines = 20;

    /// <summary>Runs to the end.</summary>
    /// <exception cref="CommandFailedException">It did not start, took longer than <see cref="Timeout"/>, or its exit code is not 0.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child and its children are gone.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken ct)
    {
        var result = await TryRunAsync(ct);
        return result.ExitCode == 0
            ? result
            : throw new CommandFailedException(this, result.ExitCode, $"exited with code {result.ExitCode}", Tail(result));
    }

    /// <summary>Runs to the end, whatever the exit code.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task<CommandResult> TryRunAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var process = Start();
        using var limit = new CancellationTokenSource(Timeout ?? System.Threading.Timeout.InfiniteTimeSpan);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var output = ReadAsync(process.StandardOutput, OnOutput, masked: false);
        var error = ReadAsync(process.StandardError, OnError, masked: true);
        try
        {
            await WriteInputAsync(process);
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            ct.ThrowIfCancellationRequested();
            throw new CommandFailedException(this, null, $"did not end within {Timeout!.Value.TotalSeconds:0.#} s", "");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(FileName, Arguments)
        {
            WorkingDirectory = WorkingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment ?? ChildEnvironment.Minimal())
        {
            start.Environment[name] = value;
        }

        try
        {
#pragma warning disable RS0030 // The one place that starts processes.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CommandFailedException(this, null, $"could not be started: {e.Message}", "");
        }
    }

    private async Task WriteInputAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The child ended without reading it all; its exit code tells why.
        }
    }

    private async Task<string> ReadAsync(StreamReader reader, Action<string>? onLine, bool masked)
    {
        var all = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            var safe = Redaction?.Apply(line) ?? line;
            all.Append(masked ? safe : line).Append('\n');
            onLine?.Invoke(safe);
        }

        return all.ToString();
    }

    private string Tail(CommandResult result)
    {
        var text = result.Error.Length > 0 ? result.Error : Redaction?.Apply(result.Output) ?? result.Output;
        return string.Join('\n', text.TrimEnd('\n').Split('\n').TakeLast(TailLines));
    }

    /// <summary>Asks the child to end (SIGTERM), and kills it with its children where it does not.</summary>
    private async Task EndAsync(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, 15);
            using var grace = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(grace.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // It had its time.
            }
        }

        process.Kill(entireProcessTree: true);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
