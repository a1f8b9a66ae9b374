namespace Harbor.Processes;

/// <summary>The .NET SDK of this machine. It has to be searched for, because the host may be native.</summary>
public static class DotnetSdk
{
    /// <summary>
    /// Its folder: <c>DOTNET_ROOT</c>, the folder of the <c>dotnet</c> on PATH with all links followed, or <c>~/.dotnet</c>, where build.sh
    /// installs it. Null: none of these has an SDK.
    /// </summary>
    public static string? Find(RunScope scope) => Candidates(scope).FirstOrDefault(folder => Directory.Exists(Path.Combine(folder, "sdk")));

    private static IEnumerable<string> Candidates(RunScope scope)
    {
        if (scope.Variables.GetValueOrDefault("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }

        if (scope.FindProgram("dotnet") is { } program)
        {
            yield return Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
        }

        if (scope.Variables.GetValueOrDefault("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, ".dotnet");
        }
    }
}
