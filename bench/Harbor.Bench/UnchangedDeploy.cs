using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>
/// The most frequent run: a Deploy of a stack that runs already, beside Compose on a twin of it. A twin, because Harbor's containers carry
/// a label that Compose alone would take away again; and in one file, which is Compose's fastest way to read it.
/// </summary>
internal static class UnchangedDeploy
{
    public static async Task RunAsync(CancellationToken ct)
    {
        foreach (var count in new[] { 3, 20 })
        {
            await CompareAsync([.. Enumerable.Range(1, count).Select(i => $"s{i}")], ct);
        }
    }

    private static async Task CompareAsync(string[] services, CancellationToken ct)
    {
        using var project = new Project();
        project.WriteDescriptor(services);
        project.Write("etc/stacks/compose.yml", "x-note: what every selection shares\n");
        foreach (var service in services)
        {
            project.Write($"etc/stacks/compose.{service}.yml", $"services:\n{Service(service)}");
        }

        project.Write("twin.yml", $"services:\n{string.Concat(services.Select(Service))}");
        Command Twin(params string[] args) => project.Here("docker", ["compose", "-p", $"{project.Name}-twin", "-f", "twin.yml", .. args]);

        try
        {
            await project.Harbor("--target=Deploy").RunAsync(ct);
            await Twin("up", "-d", "--wait").RunAsync(ct);
            var (what, own) = ($"unchanged Deploy, {services.Length} services", project.Harbor("--target=Deploy"));
            await Measure.CompareAsync(what, own, "`docker compose up -d`", Twin("up", "-d"), services.Length <= 3
                ? "0.4x" : "0.35x", 15, ct);
            await Measure.CompareAsync(what, own, "`docker compose up -d --wait`", Twin("up", "-d", "--wait"), "0.4x", 7, ct);
        }
        finally
        {
            await Twin("down", "--timeout", "0").TryRunAsync(CancellationToken.None);
            await project.Harbor("--target=Destroy").TryRunAsync(CancellationToken.None);
        }
    }

    // Checked every 10 s: 40 containers checked each second would be most of what is measured.
    private static string Service(string name) => $$"""
          {{name}}:
            image: debian:bookworm
            init: true
            command: ["sleep", "100000"]
            stop_grace_period: 0s
            healthcheck: { test: ["CMD", "true"], interval: 10s, timeout: 9s }

        """;
}
