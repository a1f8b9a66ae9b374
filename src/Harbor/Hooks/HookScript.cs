using System.Text;
using Harbor.Descriptors;
using Harbor.Files;

namespace Harbor.Hooks;

/// <summary>The text that a hook of type shell or routine runs.</summary>
public static class HookScript
{
    private const int Limit = 1024 * 1024;

    /// <summary>What is wrong with the hook's file, or null. What a stage before it may make, below <c>var/</c>, is not asked for.</summary>
    public static Problem? Refusal(PlannedHook hook, ProjectPaths paths) => hook.Path switch
    {
        null => null,
        var path when hook.Hook.Type == HookType.Routine && !path.EndsWith(".cs", StringComparison.Ordinal) => hook.Hook.At.Problem($"The routine '{path}' is no C# file: its name has to end in .cs."),
        var path when path.StartsWith("var/", StringComparison.Ordinal) => null,
        var path => WhyUnreadable(Path.Combine(paths.Root, path)) is { } why ? hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' runs {path}, which is {why}.") : null,
    };

    /// <exception cref="DeploymentException">There is no such file, it is no file, or it is larger than 1 MiB.</exception>
    public static byte[] Read(PlannedHook hook, ProjectPaths paths)
    {
        if (hook.Path is not { } path)
        {
            return Encoding.UTF8.GetBytes(hook.Hook.Run ?? "");
        }

        var full = Path.Combine(paths.Root, path);
        var why = WhyUnreadable(full);
        var content = why is null ? BoundedFile.Read(full, Limit) : [];
        return (why ?? (content.Length > Limit ? "larger than 1 MiB" : null)) is { } reason
            ? throw new DeploymentException($"{hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' runs {path}, which is {reason}.")}")
            : content;
    }

    /// <summary>The program that its first line names (<c>#!/usr/bin/env bash</c>), with the one argument that the line may have; else <c>sh</c>.</summary>
    public static IReadOnlyList<string> Interpreter(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("#!"u8))
        {
            return ["sh"];
        }

        var end = content.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(end < 0 ? content[2..] : content[2..end]).Trim();
        return line.Length == 0 ? ["sh"] : line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string? WhyUnreadable(string path) => FileKinds.Follow(path) is var kind && kind != FileKind.Regular ? FileKinds.Describe(kind) : null;
}
