using Harbor.Deployments.Tests.Packaging;
using Harbor.Deployments.Tests.Server;
using Harbor.Processes;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Client;

/// <summary>The package as somebody else gets it.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Compiled natively with warnings as errors, so that it shows as well that nothing is lost by trimming.</summary>
    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task A_native_program_outside_of_the_repository_uploads_with_the_package()
    {
        var root = Find(AppContext.BaseDirectory);
        await DotnetAsync(root, "pack", "src/Harbor.Deployments", "-o", _folder["packages"], "-nologo", "-p:RunAnalyzers=false");
        _folder.Write("sample/nuget.config", $"""
            <configuration><packageSources><add key="local" value="{_folder["packages"]}" /></packageSources></configuration>
            """);
        _folder.Write("sample/sample.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <PublishAot>true</PublishAot>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Harbor.Deployments" Version="0.1.0" /></ItemGroup>
            </Project>
            """);
        File.Copy(Path.Combine(root, "tests/Harbor.Deployments.Probe/Program.cs"), _folder["sample/Program.cs"]);
        await DotnetAsync(_folder["sample"], "publish", "-nologo", "-o", _folder["out"]);
        using var context = new TemporaryFolder();
        context.Context();
        await LargeUploadTests.WriteNoiseAsync(context["noise"], 98);
        await using var server = await ContractServer.StartAsync();
        server.DrainsUploads = true;

        var output = await LargeUploadTests.UploadAsync(_folder["out/sample"], server.Url, context.Path);

        Assert.StartsWith("probe pending\nVmHWM:", output, StringComparison.Ordinal);
        Assert.InRange(LargeUploadTests.Peak(output), 1, 100L << 20);
        TestContext.Current.SendDiagnosticMessage($"Peak of the native upload: {LargeUploadTests.Peak(output) >> 20} MiB.");
    }

    [Fact]
    public void The_assembly_references_nothing_of_ours() => Assert.DoesNotContain(
        typeof(HarborPackager).Assembly.GetReferencedAssemblies(),
        reference => reference.Name!.StartsWith("Harbor", StringComparison.Ordinal));

    private static async Task DotnetAsync(string folder, params string[] arguments) =>
        await new Command(TestScope.New(), "dotnet", arguments) { WorkingDirectory = folder }.RunAsync(CancellationToken.None);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
