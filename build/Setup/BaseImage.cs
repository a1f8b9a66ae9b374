using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>Debian base images: pulled, or made from Debian's packages where no registry can be reached.</summary>
public sealed class BaseImage(ProjectPaths paths, Action<string> report)
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(20);

    /// <summary>Makes sure that every <c>debian:...</c> image that the services' Dockerfiles begin with is there.</summary>
    /// <param name="mayInstall">Install mmdebstrap where it is needed and missing.</param>
    /// <exception cref="DeploymentException">An image can neither be pulled nor made.</exception>
    public async Task EnsureAsync(IEnumerable<string> services, bool mayInstall, CancellationToken ct)
    {
        foreach (var image in DebianBase.Of(paths, services))
        {
            if ((await new Command("docker", "image", "inspect", "--format", "{{.Id}}", image.Name).TryRunAsync(ct)).ExitCode == 0)
            {
                report($"{image.Name}: up to date");
            }
            else if (await PullAsync(image, ct))
            {
                report($"{image.Name}: pulled");
            }
            else
            {
                await MakeAsync(image, mayInstall, ct);
            }
        }
    }

    private async Task<bool> PullAsync(DebianBase image, CancellationToken ct)
    {
        try
        {
            var pull = await new Command("docker", "pull", "--quiet", image.Name) { Timeout = PullLimit, Grace = TimeSpan.FromSeconds(1) }.TryRunAsync(ct);
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

    private async Task MakeAsync(DebianBase image, bool mayInstall, CancellationToken ct)
    {
        if (image.Suite is null)
        {
            throw new DeploymentException($"{image.Name} can't be pulled, and only images of a whole release can be made, such as debian:bookworm.");
        }

        if (Executable.Find("mmdebstrap") is null)
        {
            await InstallMmdebstrapAsync(image, mayInstall, ct);
        }

        report($"{image.Name}: making it from Debian's packages");
        var folder = Path.Combine(paths.Var, "artifacts", "base");
        var archive = Path.Combine(folder, $"{image.Suite}.tar");
        Directory.CreateDirectory(folder);
        try
        {
            var sources = AptSource.LinesFor(image.Suite, await AptSource.ReadAsync(ct));
            await new Command("mmdebstrap", ["--quiet", "--variant=minbase", image.Suite, archive, .. sources]).RunAsync(ct);
            await new Command("docker", "import", "--change", "CMD [\"bash\"]", archive, image.Name).RunAsync(ct);
        }
        finally
        {
            File.Delete(archive);
        }

        report($"{image.Name}: made");
    }

    private async Task InstallMmdebstrapAsync(DebianBase image, bool mayInstall, CancellationToken ct)
    {
        var privilege = await Privileges.DetectAsync(ct);
        var install = Apt.Install(["mmdebstrap"]);
        if (!mayInstall || privilege == Privilege.None || Executable.Find("apt-get") is null)
        {
            throw new DeploymentException($"""
                {image.Name} can't be pulled, and mmdebstrap, which makes it from Debian's packages, is not installed. On Debian and Ubuntu:
                  {(privilege == Privilege.Root ? install : Privilege.None.Elevate(install))}
                """);
        }

        report("apt-get install mmdebstrap");
        await privilege.Elevate(Apt.Update).RunAsync(ct);
        await privilege.Elevate(install).RunAsync(ct);
    }
}
