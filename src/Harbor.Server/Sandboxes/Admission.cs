using System.Globalization;

namespace Harbor.Server.Sandboxes;

/// <summary>How much this machine's sandboxes may ask for together: twice its cores, 80 % of its memory, unless the settings say
/// otherwise.</summary>
public sealed class Admission
{
    private readonly Lock _gate = new();
    private readonly SandboxSettings _settings;
    private readonly TimeProvider _time;
    private DateTimeOffset _nextStart;
    private int _running;

    public Admission(SandboxSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        TotalCores = FreeCores = settings.CpuCores > 0 ? settings.CpuCores : 2 * Environment.ProcessorCount;
        TotalMemoryMb = FreeMemoryMb = settings.MemoryMb > 0 ? settings.MemoryMb : MachineMemoryMb() * 8 / 10;
    }

    public int TotalCores { get; }
    public long TotalMemoryMb { get; }
    public int FreeCores { get; private set; }
    public long FreeMemoryMb { get; private set; }

    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <returns>A sentence where not even an idle machine would do; null: it can run.</returns>
    public string? WhyNever(int cores, int memoryMb) =>
        cores > TotalCores ? $"cpu_cores {cores} is more than this server admits in all ({TotalCores})"
        : memoryMb > TotalMemoryMb ? $"memory_mb {memoryMb} is more than this server admits in all ({TotalMemoryMb})"
        : null;

    /// <summary>Whether another sandbox may start now.</summary>
    public bool HasRoom()
    {
        lock (_gate)
        {
            return FreeCores > 0 && FreeMemoryMb > 0 && (_settings.Slots == 0 || _running < _settings.Slots)
                && _time.GetUtcNow() >= _nextStart;
        }
    }

    /// <summary>Takes its part until it is disposed. An adopted sandbox takes it even where there is too little: it runs already.</summary>
    public IDisposable Take(int cores, int memoryMb)
    {
        lock (_gate)
        {
            FreeCores -= cores;
            FreeMemoryMb -= memoryMb;
            _running++;
            if (_settings.StartsPerSecond > 0)
            {
                _nextStart = _time.GetUtcNow() + (TimeSpan.FromSeconds(1) / _settings.StartsPerSecond);
            }
        }

        return new Part(this, cores, memoryMb);
    }

    private static long MachineMemoryMb()
    {
        foreach (var line in File.Exists("/proc/meminfo") ? File.ReadLines("/proc/meminfo") : [])
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                return long.Parse(line["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal)
                    .Trim(), CultureInfo.InvariantCulture) / 1024;
            }
        }

        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 1024;
    }

    private sealed class Part(Admission admission, int cores, int memoryMb) : IDisposable
    {
        private bool _isGiven;

        public void Dispose()
        {
            lock (admission._gate)
            {
                if (!_isGiven)
                {
                    _isGiven = true;
                    admission.FreeCores += cores;
                    admission.FreeMemoryMb += memoryMb;
                    admission._running--;
                }
            }
        }
    }
}
