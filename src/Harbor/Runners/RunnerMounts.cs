using Harbor.Files;

namespace Harbor.Runners;

/// <summary>
/// Where the pipeline itself runs in a container (build/runner.sh): what of this machine is mounted in it. Any other file is the container's own,
/// and gone with it.
/// </summary>
public static class RunnerMounts
{
    /// <summary>Set inside the container only: the mounted folders, with colons between them.</summary>
    private const string Variable = "HARBOR_RUNNER_MOUNTED";

    private static readonly string? Mounted = Environment.GetEnvironmentVariable(Variable);

    /// <exception cref="InvalidStackException">It is no file of this machine.</exception>
    public static void Require(string path)
    {
        if (Refusal(path) is { } refusal)
        {
            throw new InvalidStackException([new(path, 0, 0, refusal)]);
        }
    }

    /// <summary>Why what stands at the absolute path, or would, is no file of this machine; null where it is one, and outside of the container.</summary>
    internal static string? Refusal(string path) => Mounted is null ? null : Refusal(path, Mounted);

    internal static string? Refusal(string path, string mounted)
    {
        var real = WithoutLinks(path);
        return mounted.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => folder != "/" && (real + "/").StartsWith(folder + "/", StringComparison.Ordinal))
            ? null
            : $"{(real == path ? "is" : $"leads to {real},")} outside of what the container of this run sees: it would be another file. Name its folder: HARBOR_RUNNER_MOUNTS={Path.GetDirectoryName(real)}";
    }

    /// <summary>Links followed in every part of it, as far as it exists.</summary>
    private static string WithoutLinks(string path)
    {
        var real = "/";
        var left = new Stack<string>(path.Split('/').Reverse());
        for (var links = 0; left.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? "/" : Path.Combine(real, part);
            if (part is "" or ".")
            {
                continue;
            }

            if (FileKinds.Of(next) != FileKind.Link || ++links > 40)
            {
                real = next;
                continue;
            }

            var target = new FileInfo(next).LinkTarget ?? "";
            real = target.StartsWith('/') ? "/" : real;
            foreach (var step in target.Split('/').Reverse())
            {
                left.Push(step);
            }
        }

        return real;
    }
}
