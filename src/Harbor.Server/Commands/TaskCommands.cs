using System.CommandLine;
using Harbor.Deployments;
using Harbor.Server.Tasks;

namespace Harbor.Server.Commands;

/// <summary><c>tasks import</c>: build specs from the task folders of Terminal-Bench and harbor-framework.</summary>
internal static class TaskCommands
{
    public static Command Create() => new("tasks", "Tasks of other benchmarks.") { ClientOptions.Json, Import() };

    private static Command Import()
    {
        var folder = new Argument<string>("DIR") { Description = "A task, or a folder of tasks (task.toml, environment/, tests/ ...)" };
        var to = new Option<string>("--to")
        {
            Description = "Where the build specs go",
            HelpName = "DIR",
            DefaultValueFactory = _ => "var/tasks",
        };
        var isSealed = new Option<bool>("--sealed")
        {
            Description = "A public network becomes inference for the agent, none for the verifier",
        };
        var agents = new Option<string?>("--agents") { Description = "Folder of programs that play, by their names", HelpName = "DIR" };
        var command = new Command("import", "Makes build specs of task folders. Exit code 1 if a task is refused.")
        {
            folder, to, isSealed, agents,
        };
        command.SetAction(given =>
        {
            var result = TaskImport.Run(
                given.GetRequiredValue(folder), given.GetRequiredValue(to), given.GetValue(isSealed), given.GetValue(agents));
            given.Print(result.Json(), HarborJson.Default.JsonObject, output =>
            {
                Rows.Write(output, ["DEPLOYMENT", "SEED", "TASK", "NOTES"], result.Deployments.SelectMany(deployment => deployment.Tasks,
                    (deployment, task) => (string[])[deployment.Name, $"{task.Seed}", task.Name, string.Join("; ", task.Notes)]));
                foreach (var deployment in result.Deployments)
                {
                    output.WriteLine($"./harbor deployments upload --spec {deployment.Spec} --wait");
                }
            });
            foreach (var task in result.Refused)
            {
                given.Say(Rows.Plain($"refused: {task.Name}: {string.Join("; ", task.Reasons)}"));
            }

            return result.Refused.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
