using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>Debian base images: pulled, or built from Debian's packages where no registry can be reached.</summary>
public sealed class BaseImage(RunScope scope, ProjectPaths paths, Action<string> report)
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(20);

    /// <summary>Provides every <c>debian:...</c> image that the services' Dockerfiles are based on.</summary>
    /// <param name="mayInstall">Whether to install mmdebstrap if it is needed and missing.</param>
    /// <exception cref="HarborException">An image can be neither pulled nor built.</exception>
    public async Task EnsureAsync(IEnumerable<string> services, bool mayInstall, CancellationToken ct)
    {
        foreach (var image in DebianBase.FindAll(paths, services))
        {
            if ((await new Command(scope, "docker", "image", "inspect", "--format", "{{.Id}}", image.Name).TryRunAsync(ct)).ExitCode == 0)
            {
                report($"{image.Name}: up to date");
            }
            else if (await PullAsync(image, ct))
            {
                report($"{image.Name}: pulled");
            }
            else
            {
                await BuildAsync(image, mayInstall, ct);
            }
        }
    }

    private async Task<bool> PullAsync(DebianBase image, CancellationToken ct)
    {
        try
        {
            var pull = await new Command(
                scope, "docker", "pull", "--quiet", image.Name)
            { Timeout = PullLimit, Grace = TimeSpan.FromSeconds(1), Progress = $"docker pull {image.Name}" }.TryRunAsync(ct);
            if (pull.ExitCode == 0)
            {
                return true;
            }

            report($"{image.Name}: can't be pulled: {pull.Error.Trim()}");
        }
        catch (CommandFailedException)
        {
            report($"{image.Name}: could not be pulled within {PullLimit.TotalSeconds:0} s");
        }

        return false;
    }

    private async Task BuildAsync(DebianBase image, bool mayInstall, CancellationToken ct)
    {
        if (image.Suite is null)
        {
            throw new HarborException(
                $"{image.Name} can't be pulled, and Harbor can build only images of a whole release, such as debian:bookworm.");
        }

        if (scope.FindProgram("mmdebstrap") is null)
        {
            await InstallMmdebstrapAsync(image, mayInstall, ct);
        }

        report($"{image.Name}: building it from Debian's packages");
        var folder = Path.Combine(paths.Var, "artifacts", "base");
        var archive = Path.Combine(folder, $"{image.Suite}.tar");
        Directory.CreateDirectory(folder);
        try
        {
            var sources = AptSource.LinesFor(image.Suite, await AptSource.ReadAsync(scope, ct));
            await RunAsync("mmdebstrap", ["--quiet", "--variant=minbase", image.Suite, archive, .. sources]);
            await RunAsync("docker", "import", "--change", "CMD [\"bash\"]", archive, image.Name);
        }
        finally
        {
            File.Delete(archive);
        }

        report($"{image.Name}: built");

        Task RunAsync(string program, params IReadOnlyList<string> arguments) =>
            (new Command(scope, program, arguments) with { Progress = program }).RunAsync(ct);
    }

    private async Task InstallMmdebstrapAsync(DebianBase image, bool mayInstall, CancellationToken ct)
    {
        var privilege = await Privileges.DetectAsync(scope, ct);
        var install = Apt.Install(scope, ["mmdebstrap"]);
        if (!mayInstall || privilege == Privilege.None || scope.FindProgram("apt-get") is null)
        {
            throw new HarborException($"""
                {image.Name} can't be pulled, and mmdebstrap, which builds it from Debian's packages, is not installed.
                On Debian and Ubuntu:
                  {(privilege == Privilege.Root ? install : Privilege.None.Elevate(install))}
                """);
        }

        report("apt-get install mmdebstrap");
        await privilege.Elevate(Apt.Update(scope)).RunAsync(ct);
        await privilege.Elevate(install).RunAsync(ct);
    }
}
