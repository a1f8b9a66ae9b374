using System.CommandLine;
using Harbor.Deployments;
using Harbor.Optimization.Providers;

namespace Harbor.Server.Commands;

/// <summary>
/// <c>optimize</c>: everything in one process, from a build spec to better instructions: a server for the time of the command, build,
/// instances, and the optimiser. The run stays in its folder, from which the same command goes on.
/// </summary>
internal static class OptimizeCommand
{
    private const string EngineBench = "stacks/enginebench/harbor.oracle.build.yaml";

    public static Command Create()
    {
        var spec = new Option<string>("--spec")
        {
            Description = "Build spec of what is optimised",
            HelpName = "FILE",
            DefaultValueFactory = _ => EngineBench,
        };
        var config = new Option<string>("--config")
        {
            Description = "TOML file with [prompt_learning]",
            HelpName = "FILE",
            DefaultValueFactory = _ => "demos/engine_bench/enginebench_gepa.toml",
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Where the run is kept",
            HelpName = "DIR",
            DefaultValueFactory = _ => "var/gepa/optimize",
        };
        var provider = new Option<string?>("--provider")
        {
            Description = "fake: a script writes the new texts, in the place of the file's model",
            HelpName = "NAME",
        };
        var fake = new Option<string?>("--fake-llm") { HelpName = "FILE", Hidden = true }; // The program of the provider 'fake'.
        var command = new Command("optimize", "Builds a sandbox, and improves the instructions of the agent in it.")
        {
            spec, config, folder, provider, fake, PlaceOptions.Data, ClientOptions.Json,
        };
        command.SetAction(async (given, ct) =>
        {
            var described = SpecFile.Read(given.GetRequiredValue(spec));
            described.EnsureValid();
            if (given.GetValue(provider) is not (null or FakeLlmProgram.Name))
            {
                throw new UsageException("--provider takes 'fake' only; others are named in the file, as gepa.proposer.provider.");
            }

            await using var program = await FakeLlmProgram.StartAsync(
                given.GetValue(provider), given.GetValue(fake), Path.GetDirectoryName(EngineBench)!, ct);
            using var model = program is null ? null : Scripted(program);
            return await EvaluateCommand.InServerAsync(given.ReadData(), _ => Task.CompletedTask, async (connection, link) =>
            {
                var deployment = (await EvaluateCommand.DeployAsync(given, described, connection, ct)).ToRef();
                EvaluateCommand.SayLink(given, link("/rollouts"));
                return await GepaRunCommand.RunAsync(
                    given, given.GetRequiredValue(config), given.GetRequiredValue(folder), start: null, ct, new LocalApiConfig
                    {
                        AppId = described.Name,
                        ExecutionBackend = LocalApiConfig.Sandboxes,
                        Harbor = deployment,
                    }, model);
            }, ct);
        });
        return command;
    }

    private static ProviderModel Scripted(FakeLlmProgram program) => new(
        new ReflectionProvider { Wire = ReflectionWire.OpenAi, BaseUrl = program.BaseUrl, ApiKey = "none", Model = FakeLlmProgram.Model },
        TimeProvider.System);
}
