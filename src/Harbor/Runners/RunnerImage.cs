using System.Security.Cryptography;
using System.Text;
using Harbor.Processes;

namespace Harbor.Runners;

/// <summary>
/// The image that scripts and routines run in: made from the project's own <c>Dockerfile.runner</c>, or else Harbor's, once for each content of
/// that file. It is built from the file alone: the project is mounted, not copied. Of a file that has a stage <c>hooks</c>, only that.
/// </summary>
public static class RunnerImage
{
    public const string FileName = "Dockerfile.runner";

    /// <summary>Set where the pipeline itself runs in a container (build/runner.sh): that container's image, which has the .NET SDK.</summary>
    public const string PackedVariable = "HARBOR_RUNNER_IMAGE";

    /// <param name="packaged">The folder of Harbor's own.</param>
    /// <param name="say">Told when it is built.</param>
    /// <returns>The name of an image that is there.</returns>
    /// <exception cref="DeploymentException">It could not be built.</exception>
    public static async Task<string> EnsureAsync(ProjectPaths paths, string packaged, Action<string> say, CancellationToken ct)
    {
        var own = Path.Combine(paths.Root, FileName);
        var file = File.Exists(own) ? own : Path.Combine(packaged, FileName);
        var text = await File.ReadAllTextAsync(file, ct);
        var image = $"harbor-runner:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
        if ((await new Command("docker", "image", "inspect", "--format", "{{.Id}}", image).TryRunAsync(ct)).ExitCode != 0)
        {
            say($"Building the runner's image {image} from {file}");
            await BuildAsync(image, file, text, ct);
        }

        return image;
    }

    private static async Task BuildAsync(string image, string file, string text, CancellationToken ct)
    {
        try
        {
            string[] target = HasHooksStage(text) ? ["--target", "hooks"] : [];
            await new Command("docker", ["build", "--tag", image, .. target, "-"]) { Input = text }.RunAsync(ct);
        }
        catch (CommandFailedException e)
        {
            throw new DeploymentException($"""
                The runner's image could not be built from {file}: {e.Message}
                Harbor's own begins with debian:bookworm; if that can't be pulled, ./build.sh --target=BaseImage makes it. runner.image in the descriptor names another image.
                """, e);
        }
    }

    private static bool HasHooksStage(string dockerfile) => dockerfile.Split('\n').Any(line =>
        line.StartsWith("FROM ", StringComparison.OrdinalIgnoreCase) && line.TrimEnd().EndsWith(" AS hooks", StringComparison.OrdinalIgnoreCase));
}
