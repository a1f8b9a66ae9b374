using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>What it costs that anything runs at all: an empty target.</summary>
internal static class StartUp
{
    private const string Hello = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
        </Project>
        """;

    /// <summary>The least that a program on .NET takes: <c>dotnet hello.dll</c>.</summary>
    public static async Task<Command> HelloAsync(Project project, CancellationToken ct)
    {
        project.Write("hello/hello.csproj", Hello);
        project.Write("hello/Program.cs", "System.Console.WriteLine(\"hello\");\n");
        await project.Here("dotnet", "build", "hello", "-c", "Release", "-o", "hello/out", "-v", "quiet").RunAsync(ct);
        return project.Here("dotnet", "hello/out/hello.dll");
    }

    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        var hello = await HelloAsync(project, ct);

        var own = Project.InRepository("./build.sh", "--target=Default");
        await Measure.CompareAsync("start-up: `./build.sh`, empty target", own, "`dotnet hello.dll`", hello, "0.8x", 21, ct);

        // The run that does not count builds; behind it MSBuild only finds that there is nothing to do.
        var stock = Project.InRepository("dotnet", "run", "--project", "build", "--", "--target=Default");
        await Measure.CompareAsync(
            "start-up: `./build.sh`, empty target", own, "`dotnet run --project build`", stock, "0.083x (12 times faster)", 5, ct);
    }
}
