using Harbor.Snapshots;

namespace Harbor.EndToEnd.Snapshots;

/// <summary>What the program says of a descriptor that is wrong. Without an engine.</summary>
public sealed class DescriptorErrorSnapshotTests
{
    [Fact]
    public async Task Everything_wrong_with_keys_types_steps_and_hooks_is_said_in_the_accepted_words()
    {
        await using var transcript = new Transcript();

        transcript.Title("unknown keys, wrong types, bad durations, unknown actions");
        transcript.Write("etc/harbor.yaml", """
            version: 1
            nmae: shop
            profiles:
              default: { sevices: [web], options: x }
              Bad Name: {}
            source: { directory: ../out, rules: { autoCapabilities: yes, wildcard: all, base: [] } }
            prepare:
              env:
                sources:
                  - { type: system }
                  - { type: sys, fiel: etc/sys.env }
                  - { type: sops }
                  - { file: etc/x.env }
                  - { type: secrets, generate: [1X, LD_PRELOAD] }
              templates: [{ from: /etc/passwd, to: etc/ }]
              interpolation: { engine: jinja }
            deploy:
              steps:
                - { action: compose.pu }
                - { action: compose.up, timeout: soon }
                - { action: compose.up, timeout: 90 }
                - compose.up
                - { timeout: 1m }
            post_deploy:
              steps:
            hooks:
              pre_delpoy: []
              pre_deploy:
                - { type: bash, run: x }
                - { type: shell }
                - { type: ts_routine, path: x.ts }
            runner: { timeout: 5 minutes, network: on }
            """);
        await transcript.RunAsync("--target=Deploy");
        transcript.Title("references that lead nowhere, names that are taken");
        transcript.Write("etc/harbor.yaml", """
            version: 1
            profiles: { default: { services: [web, wroker], capabilities: [nvidai] } }
            deploy: { steps: [{ action: compose.up }, { action: net.tunnel.quick, service: wbe }] }
            post_deploy: { steps: [{ action: health, target: [web, zebra] }] }
            hooks:
              pre_deploy:
                - { type: shell, name: a, run: x }
                - { type: shell, name: a, run: y }
            """);
        await transcript.RunAsync("--target=Deploy");

        Snapshot.Match("errors-descriptor", transcript.ToString());
    }

    [Fact]
    public async Task A_file_that_is_no_descriptor_is_refused_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        foreach (var (title, content) in ((string, string)[])
        [
            ("duplicate keys", "version: 1\nprofiles:\n  default: { services: [web] }\n  default: {}\n\"version\": 1\n"),
            ("an alias inside its own anchor", "version: 1\nprofiles: &a { default: *a }\n"),
            ("an alias of nothing", "version: 1\nprofiles: *none\n"),
            ("a merge key", "version: 1\nprofiles: { a: &a { services: [web] }, b: { <<: *a } }\n"),
            ("a list that is not closed", "version: 1\nprofiles: { default: { services: [web }\n"),
            ("a tab", "version: 1\nprofiles:\n\tdefault: {}\n"),
            ("wrong indentation", "version: 1\n name: shop\n"),
            ("two documents", "version: 1\nprofiles: { default: {} }\n---\n"),
            ("a tag", "version: !!int \"1\"\nprofiles: { default: { services: !secret [web] } }\n"),
            ("a list", "- version: 1\n"),
            ("nothing", ""),
            ("no version, no profiles", "name: shop\n"),
            ("another version", "version: 2\nprofiles: { default: {} }\n"),
        ])
        {
            transcript.Title(title);
            transcript.Write("etc/harbor.yaml", content);
            await transcript.RunAsync("--target=Source");
        }

        transcript.Title("no descriptor");
        File.Delete(transcript.Project.PathOf("etc/harbor.yaml"));
        await transcript.RunAsync("--target=Source");
        await transcript.RunAsync("--target=Destroy");

        Snapshot.Match("errors-yaml", transcript.ToString());
    }

    [Fact]
    public async Task Profiles_and_overrides_that_do_not_fit_are_refused_in_the_accepted_words()
    {
        await using var transcript = new Transcript();

        transcript.Title("no such profile");
        await transcript.RunAsync("--target=Source", "--profile=defualt");
        transcript.Title("two profiles, none of them 'default'");
        var descriptor = transcript.Project.Read("etc/harbor.yaml");
        transcript.Write("etc/harbor.yaml", "version: 1\nprofiles:\n  blue: { services: [web] }\n  green: { services: [worker] }\n");
        await transcript.RunAsync("--target=Source");
        transcript.Title("a profile with a service that has no compose file");
        transcript.Write("etc/harbor.yaml", "version: 1\nprofiles: { default: { services: [web, wroker], options: [debgu] } }\n");
        await transcript.RunAsync("--target=Source");
        transcript.Project.Write("etc/harbor.yaml", descriptor);
        transcript.Title("a bad override");
        transcript.Write("stacks/web/harbor.yaml", """
            name: web
            deploy: { steps: [{ action: compose.up }] }
            destroy: { cleanRun: true, steps: [{ action: compose.down }] }
            prepare: { interpolation: { engine: mustache } }
            post_deploy: { steps: [{ action: logs, target: zebra }] }
            hooks: { pre_deploy: [{ type: shell, run: x, service: worker }] }
            depoly: {}
            """);
        transcript.Write("stacks/worker/harbor.yaml", "prepare: [\n");
        await transcript.RunAsync("--target=Deploy");

        Snapshot.Match("errors-profiles-and-overrides", transcript.ToString());
    }
}
