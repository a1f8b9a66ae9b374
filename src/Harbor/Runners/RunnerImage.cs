using System.Security.Cryptography;
using System.Text;
using Harbor.Processes;

namespace Harbor.Runners;

/// <summary>
/// The image that scripts and routines run in. It is built from the project's own <c>Dockerfile.runner</c>, or else from Harbor's, once for
/// each content of that file. The build has no context: the project is mounted, not copied. If the file has a stage <c>hooks</c>, only that
/// stage is built.
/// </summary>
public static class RunnerImage
{
    public const string FileName = "Dockerfile.runner";

    /// <summary>
    /// Set if the pipeline itself runs in a container (build/runner.sh): the image of that container, which has the .NET SDK.
    /// </summary>
    public const string OwnImageVariable = "HARBOR_RUNNER_IMAGE";

    /// <param name="harborFile">Reads Harbor's own file.</param>
    /// <param name="say">Prints that it is being built.</param>
    /// <returns>The name of an existing image.</returns>
    /// <exception cref="HarborException">It could not be built.</exception>
    public static async Task<string> EnsureAsync(
        RunScope scope, ProjectPaths paths, Func<string> harborFile, Action<string> say, CancellationToken ct)
    {
        var own = Path.Combine(paths.Root, FileName);
        var (file, text) = File.Exists(own) ? (own, await File.ReadAllTextAsync(own, ct)) : ($"Harbor's {FileName}", harborFile());
        var image = $"harbor-runner:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
        if ((await new Command(scope, "docker", "image", "inspect", "--format", "{{.Id}}", image).TryRunAsync(ct)).ExitCode != 0)
        {
            say($"Building the runner's image {image} from {file}");
            await BuildAsync(scope, image, file, text, ct);
        }

        return image;
    }

    private static async Task BuildAsync(RunScope scope, string image, string file, string text, CancellationToken ct)
    {
        try
        {
            string[] target = HasHooksStage(text) ? ["--target", "hooks"] : [];
            var build = new Command(scope, "docker", ["build", "--tag", image, .. target, "-"]) { Input = text };
            await (build with { Progress = $"docker build of {image}" }).RunAsync(ct);
        }
        catch (CommandFailedException e)
        {
            throw new HarborException($"""
                The runner's image could not be built from {file}: {e.Message}
                Harbor's own file is based on debian:bookworm. If that can't be pulled, {scope.HarborCommand} --target=BaseImage builds it.
                To use another image, name it as runner.image in the descriptor.
                """, e);
        }
    }

    private static bool HasHooksStage(string dockerfile) => dockerfile.Split('\n').Any(line =>
        line.StartsWith("FROM ", StringComparison.OrdinalIgnoreCase)
            && line.TrimEnd().EndsWith(" AS hooks", StringComparison.OrdinalIgnoreCase));
}
