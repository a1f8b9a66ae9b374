using Harbor.Frosting;
using Harbor.Runners;
using Harbor.Secrets.Sops;

namespace Harbor.Pipeline.Secrets;

public sealed class SecretFileOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } = [new("file", "The encrypted file") { Value = "PATH" }];
}

/// <summary>The options and the input that the targets on secrets share.</summary>
internal static class SecretFiles
{
    /// <exception cref="InvalidStackException"><c>--file</c> is missing or names a folder.</exception>
    public static SecretFile FromOptions(HarborContext context) =>
        new(context.Paths, FileOption(context) ?? throw new InvalidStackException("--file=PATH is required."),
            context.Scope.Variables, context.Scope.Time);

    /// <exception cref="InvalidStackException">It names a folder, or is not mounted in the runner's container.</exception>
    public static string? FileOption(HarborContext context)
    {
        var file = context.Settings.File;
        if (Path.EndsInDirectorySeparator(file))
        {
            throw new InvalidStackException($"--file={file} is a folder; a file is required.");
        }

        if (file is not null)
        {
            new RunnerMounts(context.Scope.Variables).ThrowIfOutside(Path.GetFullPath(file, context.Paths.Root));
        }

        return file;
    }

    /// <summary>A value that is typed on the terminal and not shown.</summary>
    public static byte[] Ask(string key)
    {
        _ = System.Console.KeyAvailable; // Switches the terminal's echo off, before anybody is asked to type.
        System.Console.Error.Write($"{key}: ");
        var typed = new System.Text.StringBuilder();
        for (var pressed = System.Console.ReadKey(intercept: true); pressed.Key != ConsoleKey.Enter;
            pressed = System.Console.ReadKey(intercept: true))
        {
            if (pressed.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (pressed.KeyChar != '\0')
            {
                typed.Append(pressed.KeyChar);
            }
        }

        System.Console.Error.WriteLine();
        return System.Text.Encoding.UTF8.GetBytes(typed.ToString());
    }

    /// <param name="what">Names the expected input in the error for a terminal.</param>
    public static byte[] ReadInput(string what)
    {
        if (!System.Console.IsInputRedirected)
        {
            throw new InvalidStackException(
                $"{what} is read from standard input. Pipe it in, so that it appears in no command line and no shell history.");
        }

        using var input = System.Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
