using System.Runtime.InteropServices;

namespace Harbor.Frosting;

/// <summary>
/// Handles Ctrl-C, SIGTERM and SIGHUP. The first signal cancels the run, and cleanup tasks still run. The second exits immediately.
/// </summary>
internal sealed class Signals(RunOutput output) : IDisposable
{
    private static readonly TimeSpan LastChance = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _run = new();
    private readonly CancellationTokenSource _cleanup = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    public CancellationToken RunToken => _run.Token;

    public CancellationToken CleanupToken => _cleanup.Token;

    /// <summary>128 plus the number of the first signal; 0 if there was none.</summary>
    public int ExitCode => _exitCode;

    public void Listen()
    {
        Register(PosixSignal.SIGINT, 130);
        Register(PosixSignal.SIGTERM, 143);
        Register(PosixSignal.SIGHUP, 129);
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _run.Dispose();
        _cleanup.Dispose();
    }

    private void Register(PosixSignal signal, int exitCode) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) == 0)
            {
                output.Write(isError: true, "Cancelling. Press Ctrl-C again to exit immediately, without cleanup.\n");
                _ = _run.CancelAsync();
            }
            else
            {
                _ = ExitAsync();
            }
        }));

    /// <summary>
    /// Waits a moment for the callbacks of the cleanup tasks' token, such as killing a child process, but not for the tasks themselves.
    /// </summary>
    private async Task ExitAsync()
    {
        await Task.WhenAny(_cleanup.CancelAsync(), Task.Delay(LastChance, CancellationToken.None));
        Environment.Exit(_exitCode);
    }
}
