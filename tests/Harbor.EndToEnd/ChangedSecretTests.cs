using System.Security.Cryptography;
using System.Text;

namespace Harbor.EndToEnd;

/// <summary>
/// A changed secret recreates the containers that are given it, whichever way, and no others; what Harbor remembers of it is under the
/// project's key.
/// </summary>
[Trait("Category", "Engine")]
public sealed class ChangedSecretTests
{
    private const string Changed = "chang3d-Hq5WzLm8Tn2Xc";

    [Fact]
    public async Task Exactly_the_services_that_use_a_changed_secret_are_recreated()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web, worker, variable, both, neither]");
        project.Write("stacks/web/templates/web.conf", "password {{PASSWORD}}\n");
        Sleeping(project, "variable", "environment: { TOLD: \"${PASSWORD}\" }");
        Sleeping(project, "both", "environment: { TOLD: \"${PASSWORD}\", TOKEN: \"${TOKEN}\" }");
        Sleeping(project, "neither", "environment: { LEVEL: \"${LEVEL}\" }");
        Secrets(project, TestProject.Secret, "t0ken-one-Bv4Nq");
        await project.ExpectAsync(0, "--target=Deploy");

        var before = await project.ContainersAsync();
        Secrets(project, Changed, "t0ken-one-Bv4Nq");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["both", "variable", "web", "worker"], await project.RecreatedAsync(before));
        await AssertRememberedAsync(project);

        before = await project.ContainersAsync();
        Secrets(project, Changed, "t0ken-two-Wp6Rk");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["both"], await project.RecreatedAsync(before));

        before = await project.ContainersAsync();
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.Empty(await project.RecreatedAsync(before));
    }

    /// <summary>The new value is everywhere; neither it nor a hash that can be made without the key is in the state or a label.</summary>
    private static async Task AssertRememberedAsync(TestProject project)
    {
        var containers = await project.ContainersAsync();
        Assert.Contains(Changed, await TestProject.DockerAsync("exec", containers["web"], "cat", "/config/web.conf"));
        Assert.Equal(Changed, await TestProject.DockerAsync("exec", containers["worker"], "cat", "/run/secrets/password"));
        Assert.Contains($"TOLD={Changed}\n", await TestProject.DockerAsync("exec", containers["variable"], "env"));
        var labels = await TestProject.DockerAsync(["inspect", "--format", "{{json .Config.Labels}}", .. containers.Values]);
        var remembered = labels
            + string.Concat(Directory.EnumerateFiles(project.PathOf("var/state"), "*", SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file, Encoding.Latin1)));
        var bytes = Encoding.UTF8.GetBytes(Changed);
        string[] guessable =
            [Changed, Convert.ToBase64String(bytes), .. ((byte[][])[SHA256.HashData(bytes), SHA512.HashData(bytes)])
            .Select(Convert.ToHexString)];
        Assert.All(guessable, form => Assert.DoesNotContain(form, remembered, StringComparison.OrdinalIgnoreCase));
    }

    private static void Sleeping(TestProject project, string service, string given) =>
        project.Write($"etc/stacks/compose.{service}.yml", $$"""
        services:
          {{service}}: { image: "debian:bookworm", init: true, command: ["sleep", "100000"], stop_grace_period: 0s, {{given}} }
        """);

    private static void Secrets(TestProject project, string password, string token) =>
        project.Write("etc/secrets.env", $"PASSWORD={password}\nTOKEN={token}\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
