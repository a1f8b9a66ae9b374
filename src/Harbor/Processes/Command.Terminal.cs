namespace Harbor.Processes;

public sealed partial record Command
{
    /// <summary>
    /// Runs an interactive program, such as an editor, on this process' own terminal. Its output is neither read nor masked.
    /// </summary>
    /// <inheritdoc cref="ReadAsync" path="/remarks"/>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async Task RunOnTerminalAsync(CancellationToken ct)
    {
        if (await TryRunOnTerminalAsync(ct) is not 0 and var exitCode)
        {
            throw Exited(exitCode, "");
        }
    }

    /// <summary>As <see cref="RunOnTerminalAsync"/>, whatever the exit code.</summary>
    public async Task<int> TryRunOnTerminalAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var silence = Scope.Activities.Silence();
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

        return process.ExitCode;
    }
}
