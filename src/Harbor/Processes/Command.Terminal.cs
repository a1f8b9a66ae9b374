namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>Runs a program that talks with the user, an editor: it has this process' own terminal, and nothing of it is read or masked.</summary>
    /// <inheritdoc cref="ReadAsync" path="/remarks"/>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async Task RunOnTerminalAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = Guid.NewGuid().ToString("N");
        using var process = Start(NewStart(FileName, Arguments), id);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, id);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw Exited(process.ExitCode, "");
        }
    }
}
