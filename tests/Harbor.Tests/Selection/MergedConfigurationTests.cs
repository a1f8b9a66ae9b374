using Harbor.Compose;
using Harbor.Processes;

namespace Harbor.Tests.Selection;

/// <summary>Compose reads the merged file to what it reads the list to. Needs the compose binary, not a running engine.</summary>
[Trait("Category", "Engine")]
public sealed class MergedConfigurationTests
{
    [Theory]
    [InlineData("relative paths and interpolation", """
        === app/a.env
        A=1
        === etc/stacks/compose.a.yml
        services:
          a:
            build: {context: ./app, dockerfile: "${FILE:-Dockerfile}"}
            env_file: [app/a.env]
            ports: ["${PORT}:80", "127.0.0.1:${OTHER:-91}:91/udp"]
            volumes: ["./app:/app", "${DIR}/x:/y:ro", "${CACHE:-./cache}:${DIR}/.cache", "data:/data"]
            command: ["echo", "$$HOME", "${EMPTY-}"]
        volumes:
          data:
        === etc/stacks/compose.b.yml
        services:
          a:
            ports: ["${PORT}:80", "82:82"]
            volumes: ["${DIR}/z:/y", {type: bind, source: ./app, target: /b}]
        """)]
    [InlineData("anchors and extension fields", """
        === etc/stacks/compose.a.yml
        x-common: &common
          restart: always
          environment: &env {A: 1, B: two}
        x-list: &list [a, b]
        services:
          a: {<<: *common, image: a, command: *list}
          b:
            <<: [*common]
            image: b
            environment: {<<: *env, B: three}
        === etc/stacks/compose.b.yml
        x-common: &common {restart: "no"}
        services:
          a: {<<: *common}
          b: &b {labels: [x=1]}
        """)]
    [InlineData("reset and override", """
        === etc/stacks/compose.a.yml
        services:
          a: {image: a, ports: ["80:80"], command: [x], environment: {A: 1, B: 2}, volumes: ["./a:/a"]}
        === etc/stacks/compose.b.yml
        services:
          a: {ports: !reset [], command: !reset null, environment: {A: !reset null}, volumes: !override ["./b:/b"]}
        === etc/stacks/compose.c.yml
        services:
          a: {ports: ["81:81"]}
        """)]
    [InlineData("extends of other files and of the same file", """
        === etc/stacks/sub/base.yml
        services:
          base: {image: base, env_file: [b.env], volumes: ["./d:/d"]}
        === etc/stacks/sub/b.env
        B=1
        === etc/stacks/compose.a.yml
        services:
          a: {extends: {file: etc/stacks/sub/base.yml, service: base}, command: [a]}
          c: {image: c1}
        === etc/stacks/compose.b.yml
        services:
          c: {image: c2, labels: {x: "1"}}
          d: {extends: {service: c}, labels: {y: "1"}}
          e: {extends: c}
        === etc/stacks/compose.c.yml
        services:
          c: {image: c3}
          d: {labels: {z: "1"}}
        """)]
    [InlineData("include", """
        === etc/stacks/sub/inc.yml
        services:
          inc: {image: "inc:${TAG:-none}", volumes: ["./d:/d"]}
        === etc/stacks/sub/.env
        TAG=beside
        === etc/stacks/compose.a.yml
        services:
          a: {image: a1}
        === etc/stacks/compose.b.yml
        include: [etc/stacks/sub/inc.yml]
        services:
          a: {image: a2, depends_on: [inc]}
        === etc/stacks/compose.c.yml
        services:
          a: {image: a3}
          inc: {image: changed}
        """)]
    [InlineData("secrets, configs, profiles and networks", """
        === app/s.txt
        s
        === etc/stacks/compose.a.yml
        name: first
        services:
          a: {image: a, secrets: [s], configs: [{source: c, target: /c, mode: 0440}], profiles: [p], networks: [n]}
          b: {image: b}
        secrets: {s: {file: ./app/s.txt}, t: {environment: T}}
        configs:
          c:
            content: |
              one $${TWO} ${PORT}

                three
        networks: {n: {}, m: {driver: bridge}}
        === etc/stacks/compose.b.yml
        name: second
        services:
          b: {secrets: [t], networks: {n: {aliases: [x]}, m: }}
        networks: {n: {internal: true}}
        """)]
    [InlineData("scalars that look like others", """
        === etc/stacks/compose.a.yml
        services:
          a:
            image: a
            environment: {A: , B: ~, C: yes, D: "yes", E: 010, F: 1e3, G: "1e3", H: '', I: 0x1F, J: "null", K: 2026-01-01,
              L: "a: b # c", M: "\u00e9\U0001F600\t"}
            labels:
              folded: >-
                one
                two

                three
              plain: one
                two
              literal: |+
                end

              colon: http://x:80/${PORT}?a=b&c={d},[e]
            init: true
            mem_limit: 1_000
            healthcheck: {test: "CMD x", interval: 1m30s, retries: 3}
        === etc/stacks/compose.b.yml
        services: {a: {environment: [N=1, "O", P=], init: no}}
        ---
        services: {a: {labels: [document=two]}}
        """)]
    [InlineData("empty sections", """
        === etc/stacks/compose.a.yml
        services:
          a: {image: a, volumes: ["v:/v"], networks: [n]}
        volumes: {v: }
        networks: {n: }
        === etc/stacks/compose.b.yml
        services:
          a:
        volumes:
        networks: {}
        === etc/stacks/compose.c.yml
        # nothing
        """)]
    public async Task The_merged_file_gives_the_configuration_of_the_list(string what, string files)
    {
        using var stack = new StackFolder(files).WithFiles(MergedCompose.Threshold);
        var merged = MergedCompose.Reduce(stack.State, stack.Files);

        Assert.Single(merged);
        var expected = await ConfigAsync(stack.Root, stack.Files);
        Assert.Contains("\"services\"", expected, StringComparison.Ordinal);
        Assert.True(expected == await ConfigAsync(stack.Root, merged),
            $"{what}:\n{expected}\n{await ConfigAsync(stack.Root, merged)}\n{File.ReadAllText(merged[0])}");
    }

    private static async Task<string> ConfigAsync(string root, IReadOnlyList<string> files)
    {
        string[] arguments =
        [
            "compose", "--project-directory", root, "--profile", "*", .. files.SelectMany(file => new[] { "-f", file }),
            "config", "--format", "json",
        ];
        var environment = TestScope.New().ChildVariables();
        (environment["COMPOSE_DISABLE_ENV_FILE"], environment["PORT"], environment["DIR"], environment["T"]) =
            ("1", "8080", "/srv/dir", "t");
        var result = await new Command(TestScope.New(), "docker", arguments)
        {
            WorkingDirectory = root,
            Environment = environment
        }.TryRunAsync(CancellationToken.None);
        return result.ExitCode == 0 ? result.Output : result.Error;
    }
}
