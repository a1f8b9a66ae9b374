using Harbor.Compose;
using static Harbor.Tests.Compose.ReadinessTests;

namespace Harbor.Tests.Compose;

[Trait("Category", "Engine")]
public sealed class ComposeToolTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Neither_a_dotenv_file_nor_COMPOSE_variables_leak_in_and_the_project_s_variables_do()
    {
        await using var project = await DeployedProject.Make("services: {a: {image: 'debian:bookworm', environment: {LEAK: " +
            "'${LEAK:-no}', GIVEN: '${GIVEN}', PROFILES: '${COMPOSE_PROFILES:-none}', USER: '${USER:-nobody}', TZ: '${TZ:-none}'}}}");
        project.Write(".env", "LEAK=yes");
        project.Variables["GIVEN"] = "pa$$ word'\"";
        project.Variables["COMPOSE_PROFILES"] = "x";
        project.Variables["TZ"] = "Europe/Paris";
        var warnings = new List<string>();

        var model = await project.Tool.ConfigAsync(project.Project(), warnings.Add, null, Ct);

        var environment = model.Services["a"].Json.GetProperty("environment");
        Assert.Equal("no", environment.GetProperty("LEAK").GetString());
        Assert.Equal("pa$$ word'\"", environment.GetProperty("GIVEN").GetString()!.Replace("$$", "$", StringComparison.Ordinal));
        Assert.Equal("none", environment.GetProperty("PROFILES").GetString());
        Assert.Equal("nobody", environment.GetProperty("USER").GetString());
        Assert.Equal("Europe/Paris", environment.GetProperty("TZ").GetString());
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task The_model_is_what_the_files_say()
    {
        await using var project = await DeployedProject.Make("""
            services:
              a:
                build: {context: ./ctx, dockerfile: My.Dockerfile}
                restart: unless-stopped
                healthcheck: {test: ["CMD", "true"]}
                volumes: ["./conf$$x:/c:ro", "./data:/d", "named:/n"]
                configs: [c]
                secrets: [s]
                networks: [back]
                depends_on: {job: {condition: service_completed_successfully}}
                scale: 2
              job: {image: "debian:bookworm", healthcheck: {disable: true}}
              hidden: {image: "debian:bookworm", profiles: [p]}
            configs: {c: {content: hello}}
            secrets: {s: {environment: S}}
            volumes: {named: {}}
            networks: {back: {}}
            """);
        project.Variables["S"] = "value";

        var model = await project.Model();

        var a = model.Services["a"];
        Assert.Equal(["a", "job"], model.Services.Keys);
        Assert.Equal(
            (project.Name + "-a", true, 2, false, "unless-stopped"), (a.Image, a.HasHealthCheck, a.Replicas, a.OneShot, a.Restart));
        Assert.Equal((Path.Combine(project.Folder, "ctx"), Path.Combine(project.Folder, "ctx", "My.Dockerfile")),
            (a.Build!.Context, a.Build.Dockerfile));
        Assert.Equal(
            [new BindMount(Path.Combine(project.Folder, "conf$x"), "/c", true),
            new BindMount(Path.Combine(project.Folder, "data"), "/d", false)], a.Binds);
        Assert.Equal("c s back named", string.Join(' ', [.. a.Configs, .. a.Secrets, .. a.Networks, .. a.Volumes]));
        Assert.Equal((true, false), (model.Services["job"].OneShot, model.Services["job"].HasHealthCheck));
        Assert.Equal("S", model.Secrets["s"].Variable);
    }

    [Fact]
    public async Task Up_recreates_exactly_the_services_whose_digest_changed_and_removes_what_is_in_no_file_any_more()
    {
        var web = Service("exec sleep 1000", more: "volumes: ['./web.conf:/web.conf']");
        var db = Service("exec sleep 1000", more: "configs: [inline]");
        await using var project = await DeployedProject.Make(
            $"services:\n  web: {web}\n  db: {db}\n  old: {Service("exec sleep 1000")}\nconfigs: {{inline: {{content: one}}}}\n");
        project.Write("web.conf", "1");
        var ids = (await project.Deploy()).ToDictionary(container => container.Service, container => container.Id);

        var unchanged = (await project.Deploy()).ToDictionary(container => container.Service, container => container.Id);
        project.Write("web.conf", "2");
        var mounted = (await project.Deploy()).ToDictionary(container => container.Service, container => container.Id);
        project.Compose = $"services:\n  web: {web}\n  db: {db}\nconfigs: {{inline: {{content: two}}}}\n";
        var inline = (await project.Deploy()).ToDictionary(container => container.Service, container => container.Id);

        Assert.Equal(ids, unchanged);
        Assert.Equal((false, ids["db"], ids["old"]), (mounted["web"] == ids["web"], mounted["db"], mounted["old"]));
        Assert.Equal((mounted["web"], false, false), (inline["web"], inline["db"] == ids["db"], inline.ContainsKey("old")));
    }

    [Fact]
    public async Task What_compose_refuses_is_reported_with_its_words_masked()
    {
        await using var project = await DeployedProject.Make("services: {a: {image: 'debian:bookworm', nonsense: hunter22}}");
        project.Redaction.Add("hunter22");

        var error = await Assert.ThrowsAsync<InvalidStackException>(project.Model);

        Assert.Contains("nonsense", error.Message);
        Assert.DoesNotContain("hunter22", error.Message);
    }

    [Fact]
    public async Task The_plugin_s_version_is_asked_for_once_and_an_old_one_is_not_taken_from_memory()
    {
        var state = Directory.CreateTempSubdirectory("harbor-state-").FullName;
        var first = (await ComposeTool.FindAsync(TestScope.New(), state, Ct)).Version;
        var cache = Path.Combine(state, "compose-version");
        var files = File.ReadAllText(cache);
        files = files[..(files.TrimEnd().LastIndexOf('\n') + 1)];

        File.WriteAllText(cache, files + "docker compose v2.99.0");
        Assert.Equal("2.99.0", (await ComposeTool.FindAsync(TestScope.New(), state, Ct)).Version);
        foreach (var last in (string[])["docker compose 1.29.2", "v2.99.0", "rm 2.99.0", ""]) // The second as an older Harbor wrote it.
        {
            File.WriteAllText(cache, files + last);
            Assert.Equal(first, (await ComposeTool.FindAsync(TestScope.New(), state, Ct)).Version);
        }

        Directory.Delete(state, recursive: true);
    }

    [Theory]
    [InlineData("exit 1", "echo v2.26.1", "2.26.1")]
    [InlineData("echo 2.40.3", "exit 1", "2.40.3")]
    [InlineData("exit 1", "echo 1.29.2", "'docker-compose' is version 1.29.2, which is too old. Docker Compose 2 is needed")]
    [InlineData("exit 1", "exit 127", "Docker Compose 2 is needed")]
    public async Task The_plugin_or_the_standalone_program_is_found_and_version_1_refused(string plugin, string standalone, string outcome)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-ins are shell scripts.");
        var folder = Directory.CreateTempSubdirectory("harbor-bin-").FullName;
        Script("docker", plugin);
        Script("docker-compose", standalone);

        string found;
        try
        {
            found = (await ComposeTool.FindAsync(TestScope.New(new KeyValuePair<string, string>("PATH", folder)), null, Ct)).Version;
        }
        catch (HarborException e)
        {
            found = e.Message;
        }

        Directory.Delete(folder, recursive: true);
        Assert.StartsWith(outcome, found);

        void Script(string name, string body)
        {
            var file = Path.Combine(folder, name);
            File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }
}
