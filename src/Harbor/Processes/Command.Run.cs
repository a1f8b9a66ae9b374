using System.Diagnostics;

namespace Harbor.Processes;

public sealed partial record Command
{
    private const int TailLines = 20;
    private const int TailLength = 8 * 1024;
    private const int KeepError = 256 * 1024;

    /// <summary>
    /// How long to wait for the rest of the output once the child has ended: a child of its own may hold the pipes open for ever.
    /// </summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    /// <summary>Runs to the end.</summary>
    /// <exception cref="CommandFailedException">It did not start, took longer than <see cref="Timeout"/>, or its exit code is not
    /// 0.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child and its children are gone.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken ct)
    {
        var result = await TryRunAsync(ct);
        return result.ExitCode == 0
            ? result
            : throw Exited(result.ExitCode, Tail(result.Output, result.Error));
    }

    /// <summary>Runs to the end, whatever the exit code.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task<CommandResult> TryRunAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = Guid.NewGuid().ToString("N");
        using var process = Start(id);
        using var activity = Progress is null ? null : Scope.Activities.Begin(Progress, "running");
        using var limit = new CancellationTokenSource(Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, Scope.Time);
        using var broken = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token, broken.Token);
        using var output = new ChildOutput(process.StandardOutput, KeepOutput, Scope.Redaction, Heard(OnOutput, activity), maskKept: false);
        using var error = new ChildOutput(process.StandardError, KeepError, Scope.Redaction, Heard(OnError, activity), maskKept: true)
        {
            IsPassing = IsPassing,
        };
        var streams = Task.WhenAll(output.ReadAsync(broken), error.ReadAsync(broken));
        var input = InheritsInput ? Task.CompletedTask : WriteInputAsync(process, end.Token);
        var tooLong = false;
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            tooLong = limit.IsCancellationRequested;
            await EndAsync(process, id);
        }

        await Task.WhenAny(streams, Task.Delay(Drain, Scope.Time, CancellationToken.None));
        if (!InheritsInput)
        {
            await process.StandardInput.BaseStream.DisposeAsync();
        }

        var (text, errorText) = (output.Close(), error.Close());
        if (streams.IsFaulted || input.IsFaulted)
        {
            await streams;
            await input;
        }

        ct.ThrowIfCancellationRequested();
        return tooLong
            ? throw new CommandFailedException(this, null, $"did not end within {Timeout!.Value.TotalSeconds:0.#} s", Tail(text, errorText))
            : new CommandResult(process.ExitCode, text, errorText);
    }

    private static Action<string>? Heard(Action<string>? listener, Activity? activity) => activity is null ? listener : line =>
    {
        activity.Detail = line.Length > 0 ? line : activity.Detail;
        listener?.Invoke(line);
    };

    private async Task WriteInputAsync(Process process, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.WriteAsync(Input.AsMemory(), ct);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Expected when the child ends without reading it all: its exit code tells why.
        }
    }

    private CommandFailedException Exited(int exitCode, string errorTail) => new(this, exitCode, $"exited with code {exitCode}", errorTail);

    private string Tail(string output, string error)
    {
        // Masked before it is cut, because half a secret would not be recognised.
        var text = (error.Length > 0 ? error : Scope.Redaction.Apply(output)).TrimEnd();
        text = string.Join('\n', text.Split('\n').TakeLast(TailLines));
        return text.Length <= TailLength ? text : "… " + text[^TailLength..];
    }

    /// <summary>Asks the child and its children to end (SIGTERM), and kills those that do not within <see cref="Grace"/>.</summary>
    private async Task EndAsync(Process process, string id)
    {
        if (OperatingSystem.IsLinux())
        {
            await ProcessTree.EndAsync(() => ProcessTree.Find(ChildEnvironment.CommandIdVariable, id, process.Id), Grace, Scope.Time);
        }
        else if (!OperatingSystem.IsWindows() && !process.HasExited)
        {
            _ = Libc.Kill(process.Id, Libc.Terminate);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Grace, Scope.Time, CancellationToken.None));
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }
}
