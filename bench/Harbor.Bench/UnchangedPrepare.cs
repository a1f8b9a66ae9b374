using Harbor.Environments;
using Harbor.Secrets;
using Harbor.Templates;

namespace Harbor.Bench;

/// <summary>A Prepare that finds nothing to render: all inputs and outputs are looked at.</summary>
internal static class UnchangedPrepare
{
    private static readonly string[] Services = ["web", "cache", "db"];

    public static async Task RunAsync(CancellationToken ct)
    {
        foreach (var count in new[] { 100, 1000 })
        {
            using var project = new Project();
            project.WriteDescriptor(Services);
            project.Write("etc/stacks/compose.yml", "x-note: what every selection shares\n");
            project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\n");
            foreach (var service in Services)
            {
                project.Write($"etc/stacks/compose.{service}.yml", $"services:\n  {service}: {{ image: debian:bookworm }}\n");
            }

            for (var i = 0; i < count; i++)
            {
                project.Write($"stacks/{Services[i % 3]}/templates/{i}.conf", $"# {i}\ngreeting {{{{GREETING}}}}\nlevel {{{{LEVEL}}}}\n");
            }

            var key = StateKey.Load(project.Paths);
            Report.Single($"unchanged Prepare, {count} templates, in process",
                Measure.InProcess(() => PrepareStep.Run(Request(project.Paths), key), 101));
            var (what, hello) =
                ($"unchanged Prepare, {count} templates, `./build.sh --target=Prepare`", await StartUp.HelloAsync(project, ct));
            await Measure.CompareAsync(what, project.Harbor("--target=Prepare"), "`dotnet hello.dll`", hello, count == 1000
                ? "3x" : "", 15, ct);
        }
    }

    private static TemplateRequest Request(ProjectPaths paths) => new(
        paths,
        StackEnvironment.Load(
        new EnvironmentRequest(paths, [new(LayerKind.Sys, "etc/sys.env", null, null, Optional: false, [])]) { Services = Services }),
        [.. Services.Select(
        service => new ServiceTemplates(service, [new("stacks/${service}/templates/**", "var/run/${service}/config/")]))]);
}
