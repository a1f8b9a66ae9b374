using Harbor.Files;

namespace Harbor.Runners;

/// <summary>
/// The folders of this machine that are mounted where the pipeline itself runs in a container (build/runner.sh). All other files belong to
/// that container and are lost with it.
/// </summary>
public sealed class RunnerMounts
{
    /// <summary>Set only inside the container: the mounted folders, separated by colons.</summary>
    private const string Variable = "HARBOR_RUNNER_MOUNTED";

    private readonly string? _mounted;

    /// <param name="variables">Of the run.</param>
    public RunnerMounts(IReadOnlyDictionary<string, string> variables) => _mounted = variables.GetValueOrDefault(Variable);

    public bool IsInContainer => _mounted is not null;

    /// <exception cref="InvalidStackException">The file is not one of this machine.</exception>
    public void ThrowIfOutside(string path)
    {
        if (Refusal(path) is { } refusal)
        {
            throw new InvalidStackException([new(path, 0, 0, refusal)]);
        }
    }

    /// <summary>
    /// Why a file at the absolute path is not, or would not be, one of this machine; null where it is, and where Harbor runs in no
    /// container.
    /// </summary>
    internal string? Refusal(string path) => _mounted is null ? null : Refusal(path, _mounted);

    internal static string? Refusal(string path, string mounted)
    {
        var real = RealPath.Find(path);
        return mounted.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => folder != "/" && (real + "/").StartsWith(folder + "/", StringComparison.Ordinal))
            ? null
            : $"{(real == path ? "is" : $"leads to {real},")} outside of the folders that this run's container sees: it would be another " +
                $"file. Add its folder: HARBOR_RUNNER_MOUNTS={Path.GetDirectoryName(real)}";
    }
}
