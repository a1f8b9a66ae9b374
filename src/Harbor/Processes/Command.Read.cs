namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>Runs to the end and hands over standard output as bytes, as it comes: for what is no text, or too much to keep.</summary>
    /// <param name="read">Reads up to the end of the stream. What it throws ends the child.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task ReadAsync(Func<Stream, CancellationToken, Task> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = Guid.NewGuid().ToString("N");
        using var process = Start(id);
        using var broken = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, broken.Token);
        using var error = new ChildOutput(process.StandardError, KeepError, Redaction, OnError, maskKept: true);
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

        await Task.WhenAny(errors, Task.Delay(Drain, CancellationToken.None));
        var errorText = error.Close();
        await input;
        if (process.ExitCode != 0)
        {
            throw new CommandFailedException(this, process.ExitCode, $"exited with code {process.ExitCode}", Tail("", errorText));
        }
    }
}
