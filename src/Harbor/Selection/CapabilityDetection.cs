using Harbor.Compose;
using Harbor.Processes;

namespace Harbor.Selection;

/// <summary>Which capabilities a machine has. <c>build</c> is never detected, only given.</summary>
public static class CapabilityDetection
{
    /// <summary>The capabilities that the facts show, in ordinal order.</summary>
    public static IReadOnlyList<string> Detect(HostFacts facts)
    {
        var nvidia = facts.NvidiaSmi && facts.ContainerToolkit;
        var detected = new List<string>();
        Add(detected, "cdi", !nvidia && facts.CdiFile);
        Add(detected, "mdc", ComposeProgram.IsAtLeast(facts.ComposeVersion, new Version(2, 23, 1)));
        Add(detected, "nvidia", nvidia);
        Add(detected, "rocm", facts.Kfd && facts.RenderNode && facts.AmdgpuLoaded);
        return detected;
    }

    /// <summary>
    /// The <paramref name="known"/> capabilities that this machine has, without the given ones. Starts a process only to ask Compose for
    /// its version, where mdc is one of them and the version is not cached.
    /// </summary>
    /// <param name="stateDirectory">Where the version is cached: <c>var/state</c>; null: nowhere.</param>
    public static async Task<IReadOnlyList<string>> DetectAsync(
        RunScope scope, CapabilityChoice choice, IReadOnlyList<string> known, string? stateDirectory, CancellationToken ct)
    {
        var wanted = known.Except(choice.Given).ToHashSet();
        if (!choice.Detect || wanted.Count == 0)
        {
            return [];
        }

        var facts = HostFacts.Read(scope);
        if (wanted.Contains("mdc"))
        {
            facts = facts with { ComposeVersion = (await ComposeProgram.FindAsync(scope, stateDirectory, ct))?.Version ?? "" };
        }

        return [.. Detect(facts).Where(wanted.Contains)];
    }

    private static void Add(List<string> detected, string word, bool holds)
    {
        if (holds)
        {
            detected.Add(word);
        }
    }
}
