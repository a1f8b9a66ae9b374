using Harbor.Runners;
using Harbor.Secrets.Sops;

namespace Harbor.Build.Secrets;

/// <summary>What the commands on secrets have in common.</summary>
internal static class SecretFiles
{
    /// <summary>The file of <c>--file</c>.</summary>
    /// <exception cref="InvalidStackException">None is named, or a folder.</exception>
    public static SecretFile Of(HarborContext context) =>
        new(context.Paths, Name(context) ?? throw new InvalidStackException("--file=PATH is missing: which file?"), HarborContext.ProcessVariables, context.Time);

    /// <summary>What <c>--file</c> says; null where it isn't given.</summary>
    /// <exception cref="InvalidStackException">It is a folder's name, or not seen in the runner's container.</exception>
    public static string? Name(HarborContext context)
    {
        var file = context.Settings.File;
        if (Path.EndsInDirectorySeparator(file))
        {
            throw new InvalidStackException($"--file={file} names a folder: which file in it?");
        }

        if (file is not null)
        {
            RunnerMounts.Require(Path.GetFullPath(file, context.Paths.Root));
        }

        return file;
    }

    /// <summary>Standard input to its end.</summary>
    /// <param name="what">What is expected there, where a user would wait in front of a prompt.</param>
    public static byte[] ReadInput(string what)
    {
        if (!System.Console.IsInputRedirected)
        {
            throw new InvalidStackException($"{what} is read from standard input: pipe it in, so that it is in no command line and no history.");
        }

        using var input = System.Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
