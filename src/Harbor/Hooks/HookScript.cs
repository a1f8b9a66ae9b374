using System.Text;
using Harbor.Descriptors;
using Harbor.Files;

namespace Harbor.Hooks;

/// <summary>The text that a hook of type shell or routine runs.</summary>
public static class HookScript
{
    private const int Limit = 1024 * 1024;

    /// <summary>
    /// The fault of the hook's file; null where there is none. Files below <c>var/</c> are not checked, because an earlier stage may create
    /// them.
    /// </summary>
    public static Problem? FindProblem(PlannedHook hook, ProjectPaths paths) => hook.Path switch
    {
        null => null,
        var path when hook.Hook.Type == HookType.Routine && !path.EndsWith(".cs", StringComparison.Ordinal) =>
        hook.Hook.At.Problem($"The routine '{path}' is not a C# file: its name must end in .cs."),
        var path when path.StartsWith("var/", StringComparison.Ordinal) => null,
        var path when WhyUnreadable(Path.Combine(paths.Root, path)) is { } why =>
            hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' runs {path}, which is {why}."),
        var path => hook.Hook.Type == HookType.Shell && HasWindowsLineEnds(BoundedFile.Read(Path.Combine(paths.Root, path), Limit))
            ? WindowsLineEnds(hook, path) : null,
    };

    /// <exception cref="HarborException">It is missing, not a file, or larger than 1 MiB.</exception>
    public static byte[] Read(PlannedHook hook, ProjectPaths paths)
    {
        if (hook.Path is not { } path)
        {
            return Encoding.UTF8.GetBytes(hook.Hook.Run ?? "");
        }

        var full = Path.Combine(paths.Root, path);
        var why = WhyUnreadable(full);
        var content = why is null ? BoundedFile.Read(full, Limit) : [];
        if ((why ?? (content.Length > Limit ? "larger than 1 MiB" : null)) is { } reason)
        {
            throw new HarborException($"{hook.Hook.At.Problem($"The hook '{hook.Hook.Name}' runs {path}, which is {reason}.")}");
        }

        return hook.Hook.Type == HookType.Shell && HasWindowsLineEnds(content)
            ? throw new HarborException($"{WindowsLineEnds(hook, path)}")
            : content;
    }

    private static Problem WindowsLineEnds(PlannedHook hook, string path) => hook.Hook.At.Problem(
        $"The hook '{hook.Hook.Name}' runs {path}, which has Windows line ends: a shell takes them for a part of each line, so that "
        + $"'set -e' would fail and the script go on. Type: sed -i 's/\\r$//' {path}");

    /// <summary>Only shells mind: Python and others read such a file.</summary>
    private static bool HasWindowsLineEnds(ReadOnlySpan<byte> content) =>
        content.IndexOf("\r\n"u8) >= 0 && Interpreter(content).SelectMany(words => words.Split(' ')).Any(IsShell);

    private static bool IsShell(string program) =>
        program[(program.LastIndexOf('/') + 1)..] is "sh" or "bash" or "dash" or "ash" or "zsh" or "ksh";

    /// <summary>
    /// The program in its first line (<c>#!/usr/bin/env bash</c>), and the one argument that the line may have; else <c>sh</c>.
    /// </summary>
    public static IReadOnlyList<string> Interpreter(ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith("#!"u8))
        {
            return ["sh"];
        }

        var end = content.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(end < 0 ? content[2..] : content[2..end]).Trim();
        return line.Length == 0
            ? ["sh"] : line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string? WhyUnreadable(string path) => FileKinds.Follow(path) is var kind
        && kind != FileKind.Regular ? FileKinds.Describe(kind) : null;
}
