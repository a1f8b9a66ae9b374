using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Server.Commands;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>What lies in <c>stacks/enginebench</c>.</summary>
internal static class EngineBenchFolder
{
    public const string AgentSpec = "harbor.build.yaml";
    public const string OracleSpec = "harbor.oracle.build.yaml";

    public static string Repository { get; } = RepositoryOf(AppContext.BaseDirectory);

    public static string Path { get; } = System.IO.Path.Combine(Repository, "stacks", "enginebench");

    /// <summary>In ordinal order, which is the order of seeds.</summary>
    public static IReadOnlyList<string> TaskIds { get; } =
        [.. Directory.GetFiles(File("tasks"), "task.json", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];

    public static string File(params string[] path) => System.IO.Path.Combine([Path, .. path]);

    public static string Text(params string[] path) => System.IO.File.ReadAllText(File(path));

    public static JsonNode TaskOf(string id) => JsonNode.Parse(Text("tasks", id, "task.json"))!;

    public static string[] TestsOf(string id) => [.. TaskOf(id)["tests"]!.AsArray().Select(test => test!.Text("name"))];

    /// <summary>The reward of the solution with one test's behaviour broken.</summary>
    public static double PartialReward(string id)
    {
        var count = TestsOf(id).Length;
        return Math.Round(0.3 + (0.7 * (count - 1) / count), 4);
    }

    /// <summary>A spec file as <c>deployments upload --spec</c> reads it.</summary>
    public static HarborBuildSpec Spec(string file) => SpecFile.Read(File(file));

    private static string RepositoryOf(string folder) => System.IO.File.Exists(System.IO.Path.Combine(folder, "Harbor.slnx")) ? folder
        : RepositoryOf(System.IO.Path.GetDirectoryName(folder)!);
}
