namespace Harbor.Processes;

/// <summary>
/// Protects the secrets in this process' memory from other processes of the same user and from the disk: no core dump is written, and
/// <c>/proc/PID/environ</c>, <c>/proc/PID/mem</c> and ptrace (so also <c>dotnet-dump</c> and debuggers) need root. Linux only; elsewhere it
/// does nothing.
/// </summary>
/// <remarks>
/// Call it before any secret is read. It does not bind children: exec makes them dumpable again, and only the soft core limit is set, so
/// that they (and the containers of a dockerd that Harbor starts) may raise it.
/// </remarks>
public static class ProcessHardening
{
    private const int CoreSize = 4; // RLIMIT_CORE
    private const int SetDumpable = 4; // PR_SET_DUMPABLE

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        _ = Libc.Prctl(SetDumpable, 0);
        if (Libc.GetLimit(CoreSize, out var limit) == 0)
        {
            limit.Soft = 0;
            _ = Libc.SetLimit(CoreSize, limit);
        }
    }
}
