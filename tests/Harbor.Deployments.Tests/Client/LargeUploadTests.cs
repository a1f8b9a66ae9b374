using System.Globalization;
using Harbor.Deployments.Tests.Packaging;
using Harbor.Deployments.Tests.Server;
using Harbor.Processes;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Client;

public sealed class LargeUploadTests
{
    private const int Mib = 1 << 20;
    private const long MostMemory = 200L * Mib;

    /// <summary>In a process of its own, whose peak is that of the client alone.</summary>
    [Fact]
    public async Task An_upload_of_nearly_100_MB_takes_less_than_200_MB_of_memory()
    {
        using var folder = new TemporaryFolder();
        folder.Context();
        await WriteNoiseAsync(folder["noise"], 98);
        await using var server = await ContractServer.StartAsync();
        server.DrainsUploads = true;

        var output = await UploadAsync(
            "dotnet", Path.Combine(AppContext.BaseDirectory, "Harbor.Deployments.Probe.dll"), server.Url, folder.Path);

        Assert.StartsWith("probe pending\nVmHWM:", output, StringComparison.Ordinal);
        Assert.InRange(server.Drained, 98L * Mib / 3 * 4, 99L * Mib / 3 * 4); // Base64.
        Assert.InRange(Peak(output), 1, MostMemory);
        TestContext.Current.SendDiagnosticMessage($"Peak of the upload: {Peak(output) / Mib} MiB.");
    }

    internal static async Task WriteNoiseAsync(string path, int mib)
    {
        var random = new Random(1);
        await using var file = File.Create(path);
        var chunk = new byte[Mib];
        for (var written = 0; written < mib; written++)
        {
            random.NextBytes(chunk);
            await file.WriteAsync(chunk);
        }
    }

    internal static async Task<string> UploadAsync(string program, params string[] arguments) =>
        (await new Command(TestScope.New(), program, arguments)
        {
            Environment = new Dictionary<string, string>(RunScope.ProcessVariables()) { ["HARBOR_API_KEY"] = ContractServer.Key },
        }.RunAsync(CancellationToken.None)).Output;

    /// <summary>Bytes.</summary>
    internal static long Peak(string output) =>
        long.Parse(output.Split("VmHWM:")[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
}
