namespace Harbor.Processes;

/// <summary>
/// Keeps the secrets in this process' memory from other processes of the same user and from the disk: no core dump, and
/// <c>/proc/PID/environ</c>, <c>/proc/PID/mem</c>, ptrace and so <c>dotnet-dump</c> and debuggers need root. Linux only; elsewhere nothing happens.
/// </summary>
/// <remarks>
/// Call it first, before a secret is read. Children are not concerned: exec makes them dumpable again, and of the core limit only the
/// soft one is set, so that they (and the containers of a dockerd that is started) may raise it.
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
