using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

// Each is a command of the evaluations' program (src/Harbor.Server/Commands), whose words and options are its own: type --help after it.

[TaskName("Evaluate")]
[TaskDescription("Scores an agent on EngineBench, with all that this needs.")]
[TaskGroup(Groups.Evaluations)]
[TaskOption("agent", "Who plays (default: oracle)", Value = "NAME",
    Suggestions = ["oracle", "nop", "partial", "codex", "opencode", "claude_code"])]
[TaskOption("model", "Model of the agent", Value = "NAME")]
[TaskOption("provider", "Where the model is, of providers.yaml in the data folder; fake: a script", Value = "NAME")]
[TaskOption("seeds", "Seeds 0 to N - 1 (default: 24)", Value = "N")]
[TaskOption("attempts", "Rollouts for each seed (default: 1)", Value = "N")]
[TaskOption("concurrency", "Rollouts at a time (default: the cores of this machine)", Value = "N")]
[TaskOption("spec", "Build spec of something else to evaluate", Value = "FILE")]
[TaskOption("data", "Folder of the server that runs meanwhile (default: var/server)", Value = "DIR")]
[TaskOption("json", "Print the result as JSON, and nothing else, to standard output")]
[OwnsOutput]
[Reads("stacks/enginebench, or the build spec and its folder")]
[Leaves("an image on the engine; deployment, rollouts, logs and rewards in var/server, which ./harbor server shows")]
[Example("evaluate --setup")]
[Example("evaluate --agent=nop --seeds=4")]
[Example("evaluate --agent=codex --provider=fake --seeds=4")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Evaluate() : EvaluationInOne(
    "evaluate", "agent", "model", "provider", "seeds", "attempts", "concurrency", "spec", "data");

[TaskName("Optimize")]
[TaskDescription("Improves an agent's texts, with all that this needs.")]
[TaskGroup(Groups.Evaluations)]
[TaskOption("config", "TOML file (default: demos/engine_bench/enginebench_gepa.toml)", Value = "FILE")]
[TaskOption("spec", "Build spec of something else to optimise", Value = "FILE")]
[TaskOption("folder", "Where the run is kept (default: var/gepa/optimize)", Value = "DIR")]
[TaskOption("provider", "fake: a script writes the new texts", Value = "NAME", Suggestions = ["fake"])]
[TaskOption("data", "Folder of the server that runs meanwhile (default: var/server)", Value = "DIR")]
[TaskOption("json", "Print the run as JSON, and nothing else, to standard output")]
[OwnsOutput]
[Reads("stacks/enginebench and demos/engine_bench/enginebench_gepa.toml, or others; OPENAI_API_KEY or ANTHROPIC_API_KEY")]
[Leaves("an image on the engine; a run in var/gepa/optimize, which ./harbor gepa show shows")]
[Example("optimize --setup")]
[Example("optimize --provider=fake")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Optimize() : EvaluationInOne("optimize", "config", "spec", "folder", "provider", "data");

[TaskName("Server")]
[TaskDescription("Runs the server until Ctrl-C; server backup, restore.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("[--urls URL] [--data DIR] [--database URL] [--no-worker] | backup --to FILE | restore --from FILE", CommandAfter = 0)]
[OwnsOutput]
[Leaves("everything in var/server: database, contexts, logs, artifacts")]
[Example("server")]
[Example("server --urls http://0.0.0.0:8000")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Server() : EvaluationCommand("server");

[TaskName("Worker")]
[TaskDescription("Runs a server's rollouts on this machine's engine.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("--slots N [--data DIR]", CommandAfter = 0)]
[OwnsOutput]
[Reads("HARBOR_DATABASE_URL")]
[Leaves("nothing; the server has the results")]
[Example("worker --slots 4")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Worker() : EvaluationCommand("worker");

[TaskName("Keys")]
[TaskDescription("Makes, lists and revokes API keys of the server.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("create --name NAME | list | revoke --id ID", CommandAfter = 0)]
[OwnsOutput]
[Leaves("the hash of the key in the server's database")]
[Example("keys create --name laptop")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Keys() : EvaluationCommand("keys");

[TaskName("Deployments")]
[TaskDescription("Uploads, builds, shows and deletes sandbox images.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("upload --spec FILE | list | status D | build D | logs D | delete D", CommandAfter = 0)]
[OwnsOutput]
[Reads("HARBOR_API_KEY, HARBOR_BACKEND_URL")]
[Leaves("deployments on the server")]
[Example("deployments upload --spec stacks/enginebench/harbor.build.yaml --wait")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Deployments() : EvaluationCommand("deployments");

[TaskName("Instances")]
[TaskDescription("Makes and lists a deployment's instances, one a seed.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("create D [--count N] | list D | build D", CommandAfter = 0)]
[OwnsOutput]
[Reads("HARBOR_API_KEY, HARBOR_BACKEND_URL")]
[Leaves("instances on the server")]
[Example("instances create enginebench --count 24")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Instances() : EvaluationCommand("instances");

[TaskName("Rollout")]
[TaskDescription("Runs an agent in sandboxes; shows and grades rollouts.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("run D [--seeds N] | list | show R | logs R | artifacts R | cancel R | rescore R", CommandAfter = 0)]
[OwnsOutput]
[Reads("HARBOR_API_KEY, HARBOR_BACKEND_URL")]
[Leaves("rollouts on the server")]
[Example("rollout run enginebench --seeds 4 --agent oracle")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Rollout() : EvaluationCommand("rollout");

[TaskName("Eval")]
[TaskDescription("Runs eval jobs; shows, resumes and compares them.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("run --deployment-id D --seeds N | status J | results J [--format harbor] | traces J | cancel J | resume J | "
    + "compare J1 J2", CommandAfter = 0)]
[OwnsOutput]
[Reads("HARBOR_API_KEY, HARBOR_BACKEND_URL")]
[Leaves("an eval job on the server")]
[Example("eval run --deployment-id enginebench --seeds 24 --agent oracle")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Eval() : EvaluationCommand("eval");

[TaskName("Tasks")]
[TaskDescription("Imports tasks of Terminal-Bench and harbor-framework.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("import DIR [--to DIR] [--sealed] [--agents DIR]", CommandAfter = 0)]
[OwnsOutput]
[Reads("folders with task.toml")]
[Leaves("build specs in var/tasks, for deployments upload")]
[Example("tasks import ~/terminal-bench/tasks")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Tasks() : EvaluationCommand("tasks");

[TaskName("Gepa")]
[TaskDescription("Optimises an agent's texts; shows and replays runs.")]
[TaskGroup(Groups.Evaluations)]
[TakesWords("run --config FILE | show RUN | what-if RUN", CommandAfter = 0)]
[OwnsOutput]
[Reads("a TOML file; OPENAI_API_KEY or ANTHROPIC_API_KEY")]
[Leaves("a run in var/gepa, from which the same command goes on")]
[Example("gepa run --config demos/engine_bench/enginebench_gepa.toml")]
[Example("gepa show var/gepa/enginebench_gepa")]
[IsDependentOn(typeof(CompileServer))]
public sealed class Gepa() : EvaluationCommand("gepa");

[TaskName("UploadDeployment")]
[TaskDescription("Same as: deployments upload")]
[TakesWords("--spec FILE [--wait]", CommandAfter = 0)]
[OwnsOutput]
[Leaves("a deployment on the server")]
[IsDependentOn(typeof(CompileServer))]
public sealed class UploadDeployment() : EvaluationCommand("deployments", "upload");

[TaskName("BuildDeployment")]
[TaskDescription("Same as: deployments build")]
[TakesWords("D [--force] [--wait]", CommandAfter = 0)]
[OwnsOutput]
[Leaves("a new image of the deployment")]
[IsDependentOn(typeof(CompileServer))]
public sealed class BuildDeployment() : EvaluationCommand("deployments", "build");

[TaskName("DeploymentStatus")]
[TaskDescription("Same as: deployments status")]
[TakesWords("D", CommandAfter = 0)]
[OwnsOutput]
[Leaves("nothing")]
[IsDependentOn(typeof(CompileServer))]
public sealed class DeploymentStatus() : EvaluationCommand("deployments", "status");

[TaskName("CreateInstances")]
[TaskDescription("Same as: instances create")]
[TakesWords("D [--count N]", CommandAfter = 0)]
[OwnsOutput]
[Leaves("instances on the server")]
[IsDependentOn(typeof(CompileServer))]
public sealed class CreateInstances() : EvaluationCommand("instances", "create");
