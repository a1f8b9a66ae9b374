using Harbor.Tests.Journal;

namespace Harbor.Tests.Processes;

public sealed class ProcessHardeningTests
{
    [Fact]
    public async Task A_hardened_process_dumps_no_core_and_its_children_may_raise_the_limit_again()
    {
        using var probe = new Probe("harden");

        Assert.Equal("0", await probe.ReadLineAsync());
        Assert.Equal("0", await probe.ReadLineAsync());
        Assert.Equal(File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max core file size", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[5], await probe.ReadLineAsync());
        Assert.Equal("readable", await probe.ReadLineAsync());
    }
}
