using System.Security.Cryptography;
using Harbor.Processes;

namespace Harbor.Runners;

/// <summary>
/// The image that scripts and routines run in: made from the project's own <c>Dockerfile.runner</c>, or else Harbor's, once for each content of
/// that file. It is built from the file alone: the project is mounted, not copied.
/// </summary>
public static class RunnerImage
{
    public const string FileName = "Dockerfile.runner";

    /// <param name="packaged">The folder of Harbor's own.</param>
    /// <param name="say">Told when it is built.</param>
    /// <returns>The name of an image that is there.</returns>
    /// <exception cref="DeploymentException">It could not be built.</exception>
    public static async Task<string> EnsureAsync(ProjectPaths paths, string packaged, Action<string> say, CancellationToken ct)
    {
        var own = Path.Combine(paths.Root, FileName);
        var file = File.Exists(own) ? own : Path.Combine(packaged, FileName);
        var text = await File.ReadAllTextAsync(file, ct);
        var image = $"harbor-runner:{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16]}";
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
            await new Command("docker", "build", "--tag", image, "-") { Input = text }.RunAsync(ct);
        }
        catch (CommandFailedException e)
        {
            throw new DeploymentException($"""
                The runner's image could not be built from {file}: {e.Message}
                Harbor's own begins with debian:bookworm; if that can't be pulled, ./build.sh --target=BaseImage makes it. runner.image in the descriptor names another image.
                """, e);
        }
    }
}
