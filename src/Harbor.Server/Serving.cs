using System.Runtime.InteropServices;
using Harbor.Server.Sandboxes;

namespace Harbor.Server;

/// <summary>Runs a started server or worker until Ctrl-C or SIGTERM.</summary>
internal static class Serving
{
    /// <summary>As shells say it: 128 and the signal's number.</summary>
    private const int Interrupted = 130;
    private const int Terminated = 143;

    /// <param name="error">Gets what is said at the end; standard output has the announcement and nothing else.</param>
    public static async Task<int> UntilStoppedAsync(WebApplication app, TextWriter error, CancellationToken ct)
    {
        var code = 0;
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            Interlocked.CompareExchange(ref code, context.Signal == PosixSignal.SIGINT ? Interrupted : Terminated, 0);
            app.Lifetime.StopApplication();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var running = 0;
        await using var stopping = app.Lifetime.ApplicationStopping.Register(
            () => running = app.Services.GetRequiredService<Admission>().Running);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // What only the start needed.
        await app.WaitForShutdownAsync(ct);
        await error.WriteLineAsync(Goodbye(running));
        return code;
    }

    private static string Goodbye(int running) => running switch
    {
        0 => "Harbor has stopped.",
        _ => $"Harbor has stopped. {(running == 1 ? "1 rollout goes" : $"{running} rollouts go")} on in the sandbox; "
            + "the next start takes over. To end one: start again, then ./harbor rollout cancel ID.",
    };
}
