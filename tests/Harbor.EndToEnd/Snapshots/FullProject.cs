namespace Harbor.EndToEnd.Snapshots;

/// <summary>The small stack and hooks, templates, an override, overlays, layers, a site, a second profile.</summary>
internal static class FullProject
{
    public static Transcript New()
    {
        var transcript = new Transcript();
        var project = transcript.Project;
        project.Write("etc/harbor.yaml", $$"""
            version: 1
            name: {{project.Name}}
            profiles:
              default: { services: [web, worker, init] }
              small: { services: [web], options: [debug] }
            source: { rules: { autoCapabilities: false } }
            prepare:
              env:
                sources:
                  - { type: sys, file: etc/sys.env }
                  - { type: site, file: etc/site.env, optional: true }
                  - { type: service, dir: stacks, pattern: service.env, optional: true }
                  - { type: dotenv, file: .env.local, optional: true }
                  - { type: secrets, file: etc/secrets.env, generate: [TOKEN] }
              interpolation: { values: { extra: { STACK_VERSION: "1" } } }
            deploy:
              steps:
                - { action: compose.up, timeout: 60s }
            post_deploy:
              steps:
                - { action: health }
                - { action: logs, target: [worker], when: "${SHOW_LOGS:-no}" }
            destroy:
              cleanRun: true
              steps:
                - { action: compose.down }
            hooks:
              pre_source: [{ type: shell, name: look, run: "true" }]
              pre_prepare: [{ type: shell, name: begin, run: "true" }]
              pre_service_prepare: [{ type: shell, name: fetch, run: "true", service: web }]
              post_prepare: [{ type: shell, name: check, run: "test -n $GREETING" }]
              pre_deploy:
                - { type: shell, name: migrate, path: stacks/worker/hooks/migrate.sh, service: worker }
                - { type: container, name: smoke, image: "debian:bookworm", command: ["true"], continueOnError: true }
              pre_service_up: [{ type: shell, name: warm, run: "true" }]
              post_service_up: [{ type: shell, name: probe, path: "stacks/${service}/hooks/probe.sh", service: web }]
              post_deploy: [{ type: shell, name: notify, run: "true" }]
              pre_destroy: [{ type: shell, name: drain, run: "true" }]
              post_destroy: [{ type: shell, name: bye, run: "true" }]
            """);
        project.Write("stacks/worker/harbor.yaml", "post_deploy: { steps: [{ action: logs, tail: 1 }] }\n");
        project.Write("stacks/worker/hooks/migrate.sh", "echo migrated\n");
        project.Write("stacks/web/hooks/probe.sh", "echo probed\n");
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\nUNUSED=1\n");
        project.Write("etc/site.env", "GREETING=hi\n");
        project.Write("etc/sites/prod.env", "LEVEL=9\n");
        project.Write("stacks/web/service.env", "PORT=8080\nPOOL=4\n");
        project.Write("stacks/worker/service.env", "POOL=8\nURL=http://user:${PASSWORD}@web:${PORT:-1}/\n");
        project.Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\nport {{PORT}}\n");
        project.Write("stacks/worker/templates/conf.d/worker.conf", "pool {{POOL}} {{STACK_VERSION}}\nurl {{URL}}\n");
        project.Replace(
            "etc/stacks/compose.worker.yml", "[\"data:/data\"]", "[\"data:/data\", \"./var/run/worker/config:/config:ro\"]");
        project.Write("etc/stacks/compose.x.web.debug.yml", "services: { web: { environment: { DEBUG: '1' } } }\n");
        project.Write("etc/stacks/compose.x.web.worker.yml", "services: { web: { labels: { upstream: worker } } }\n");
        return transcript;
    }
}
