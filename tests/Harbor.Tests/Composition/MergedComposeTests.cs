using Harbor.Composition;
using Harbor.Processes;

namespace Harbor.Tests.Composition;

/// <summary>Compose itself says whether one merged file means the same as the list.</summary>
[Trait("Category", "Engine")]
public sealed class MergedComposeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_merged_file_means_the_same_as_the_list()
    {
        Write("compose.yml", "x-common: &common\n  restart: unless-stopped\nservices: {}\nnetworks:\n  default: {}\n");
        for (var i = 0; i < 20; i++)
        {
            Write($"compose.s{i}.yml", $$"""
                x-env: &env { A: "{{i}}", B: no }
                services:
                  s{{i}}:
                    image: "img:${TAG:-{{i}}}"
                    build: ./context
                    environment: { <<: *env, PORT: "80{{i}}" }
                    env_file: [./etc/own.env]
                    volumes: ["./data/s{{i}}:/data", "named:/named"]
                    ports: ["127.0.0.1:${PORT{{i}}:-90{{i:00}}}:80"]
                    labels: ["a=1", "b=$$literal"]
                volumes:
                  named: {}
                """);
        }

        Write("compose.x.s1.s2.yml", "services:\n  s1:\n    depends_on: { s2: { condition: service_started } }\n    environment: { A: cross }\n");
        Write("compose.x.s3.s4.yml", "services:\n  s3:\n    ports: !override [\"1234:80\"]\n    labels: !reset []\n    command: [\"echo\", \"yes\", \"1.0\", \"0x1f\"]\n  s4:\n    extends: { file: etc/base.yml, service: base }\n");
        Write("compose.z.yml", "services:\n  s5:\n    configs: [c]\n    secrets: [k]\n    profiles: [debug]\nconfigs:\n  c: { content: \"line ${TAG:-x}\\nnext\" }\nsecrets:\n  k: { environment: KEY }\n");
        _folder.Write("etc/own.env", "FROM_FILE=1\n");
        _folder.Write("etc/base.yml", "services:\n  base:\n    hostname: from-base\n    volumes: [\"./shared:/shared\"]\n");
        var files = Directory.GetFiles(_folder["stacks"]).Order(StringComparer.Ordinal).ToList();

        var merged = MergedCompose.Reduce(_folder.Paths.State, files);

        Assert.Single(merged);
        Assert.Equal(await ConfigAsync(files), await ConfigAsync(merged));
        var written = File.GetLastWriteTimeUtc(merged[0]);
        Assert.Equal(merged, MergedCompose.Reduce(_folder.Paths.State, files));
        Assert.Equal(written, File.GetLastWriteTimeUtc(merged[0]));
    }

    [Fact]
    public void A_few_files_and_files_that_are_no_yaml_go_to_compose_as_they_are()
    {
        for (var i = 0; i < 30; i++)
        {
            Write($"compose.s{i}.yml", i == 7 ? "services: [" : "services: {}\n");
        }

        var files = Directory.GetFiles(_folder["stacks"]).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(files, MergedCompose.Reduce(_folder.Paths.State, files));
        Assert.Equal(files[..5], MergedCompose.Reduce(_folder.Paths.State, files[..5]));
    }

    private void Write(string name, string text) => _folder.Write($"stacks/{name}", text);

    private async Task<string> ConfigAsync(IReadOnlyList<string> files)
    {
        var environment = ChildEnvironment.Minimal();
        environment["KEY"] = "k";
        environment["COMPOSE_DISABLE_ENV_FILE"] = "1";
        string[] arguments =
        [
            "compose", "--project-name", "merged", "--project-directory", _folder.Paths.Root, "--profile", "debug",
            .. files.SelectMany(file => (string[])["--file", file]), "config", "--format", "json",
        ];
        var command = new Command("docker", arguments) { Environment = environment };
        return (await command.RunAsync(CancellationToken.None)).Output;
    }
}
