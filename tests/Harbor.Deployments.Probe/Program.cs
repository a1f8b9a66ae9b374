// Uploads a context and prints the most memory that it took: harbor-deployments-probe URL FOLDER. The key is in HARBOR_API_KEY.

using Harbor.Deployments;

var result = await HarborDeployments.UploadHarborDeploymentAsync(
    new HarborBuildSpec { Name = "probe", ContextDir = args[1], DockerfilePath = "Dockerfile" }, args[0]);
Console.WriteLine($"{result.Name} {result.Status}");
Console.WriteLine(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)));
