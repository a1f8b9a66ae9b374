using Harbor.Processes;

namespace Harbor.Pipeline;

/// <summary>This program, for a command line of its own.</summary>
internal static class HostProgram
{
    public static Command Command(HarborContext context, params IReadOnlyList<string> arguments)
    {
        // The native host is one executable. The other host is a library that dotnet, the program of this process, runs.
        var library = Path.Combine(AppContext.BaseDirectory, "Harbor.Pipeline.dll");
        return new Command(
            context.Scope, System.Environment.ProcessPath!, [.. File.Exists(library) ? [library] : (string[])[], .. arguments])
        {
            Environment = context.Scope.Variables,
        };
    }
}
