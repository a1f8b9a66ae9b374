using System.CommandLine;

namespace Harbor.Server.Commands;

/// <summary><c>worker stack</c>: what Swarm needs to run one worker on each of its nodes.</summary>
internal static class StackCommand
{
    public static Command Create()
    {
        var image = new Option<string>("--image")
        {
            Description = "An image of the server that every node can pull",
            HelpName = "NAME",
            Required = true,
        };
        var slots = new Option<int>("--slots") { Description = "Rollouts at a time on a node (0: as many as fit)", HelpName = "N" };
        var socket = new Option<string>("--socket")
        {
            Description = "The engine's on each node",
            HelpName = "FILE",
            DefaultValueFactory = _ => "/var/run/docker.sock",
        };
        var command = new Command("stack", "Prints a stack for 'docker stack deploy': one worker on each node of a swarm.")
        {
            image, slots, socket,
        };
        command.SetAction(given => given.InvocationConfiguration.Output.Write(
            Text(given.GetRequiredValue(image), given.GetValue(slots), given.GetRequiredValue(socket))));
        return command;
    }

    /// <summary>Secrets are read in the container, so that they are in no description of a service and no process list.</summary>
    internal static string Text(string image, int slots, string socket) => $$"""
        # One worker on each node; from ./harbor worker stack. Before the first deploy, on a manager:
        #   docker secret create harbor_database_url FILE     # postgresql://user:password@host:5432/name
        #   docker secret create harbor_secret_key FILE       # secret.key of the server's data folder
        #   docker config create harbor_providers FILE        # providers.yaml; its keys are files: file:/run/secrets/NAME
        version: "3.8"
        services:
          worker:
            image: {{image}}
            # The engine must see the data folder: it is a volume of the node, and survives the container.
            entrypoint:
              - /bin/sh
              - -c
              - |
                umask 077
                cp /run/secrets/harbor_secret_key /var/lib/harbor/secret.key
                cp /harbor_providers /var/lib/harbor/providers.yaml
                HARBOR_DATABASE_URL=$$(cat /run/secrets/harbor_database_url)
                export HARBOR_DATABASE_URL
                exec /opt/harbor/Harbor.Server worker --slots {{slots}} --data /var/lib/harbor
            volumes:
              - harbor-worker:/var/lib/harbor
              - {{socket}}:/var/run/docker.sock
            secrets: [harbor_database_url, harbor_secret_key]
            configs:
              - source: harbor_providers
                target: /harbor_providers
            stop_grace_period: 30s
            deploy:
              mode: global
              restart_policy: { condition: any, delay: 5s }
              update_config: { parallelism: 1, order: stop-first }
        volumes:
          harbor-worker:
        secrets:
          harbor_database_url: { external: true }
          harbor_secret_key: { external: true }
        configs:
          harbor_providers: { external: true }

        """;
}
