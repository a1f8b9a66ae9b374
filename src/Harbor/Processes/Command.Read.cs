namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>Runs to the end and passes standard output on as a stream of bytes: for binary output, or too much to keep.</summary>
    /// <param name="read">Reads up to the end of the stream. If it throws, the child is ended.</param>
    /// <remarks><see cref="Timeout"/> does not apply.</remarks>
    /// <exception cref="CommandFailedException">It did not start, or its exit code is not 0.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child and its children are gone.</exception>
    public async Task ReadAsync(Func<Stream, CancellationToken, Task> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = Guid.NewGuid().ToString("N");
        using var process = Start(id);
        using var broken = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, broken.Token);
        using var error = new ChildOutput(process.StandardError, KeepError, Scope.Redaction, OnError, maskKept: true);
        var errors = error.ReadAsync(broken);
        var input = WriteInputAsync(process, end.Token);
        try
        {
            await read(process.StandardOutput.BaseStream, end.Token);
            await process.WaitForExitAsync(end.Token);
        }
        catch
        {
            await EndAsync(process, id);
            throw;
        }

        await Task.WhenAny(errors, Task.Delay(Drain, Scope.Time, CancellationToken.None));
        var errorText = error.Close();
        await input;
        if (process.ExitCode != 0)
        {
            throw Exited(process.ExitCode, Tail("", errorText));
        }
    }
}
