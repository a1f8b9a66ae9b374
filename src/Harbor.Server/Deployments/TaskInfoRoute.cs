using System.Globalization;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

/// <summary>
/// <c>GET /task_info</c> as a task app answers it: without a seed the task set, with one <c>seed</c> an object, with several a list.
/// </summary>
internal static class TaskInfoRoute
{
    private const int MostSeeds = 1000;

    public static async Task<IResult> AnswerAsync(string d, HttpRequest http, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        var seeds = Seeds(http);
        if (seeds.Count == 0)
        {
            var taskset = new JsonObject
            {
                ["task_id"] = row.Name,
                ["task_name"] = row.Name,
                ["description"] = row.Description,
                ["harbor_deployment_id"] = $"{row.Id}",
                ["splits"] = new JsonArray("train"),
                ["default_split"] = "train",
            };
            return TypedResults.Json(new TasksetAnswer(taskset), HarborJson.Default.TasksetAnswer);
        }

        var instances = await db.Instances.AsNoTracking()
            .Where(instance => instance.DeploymentId == row.Id && seeds.Contains(instance.Seed))
            .ToDictionaryAsync(instance => instance.Seed, ct);
        TaskInfo[] infos = [.. seeds.Select(seed => Info(row, seed, instances.GetValueOrDefault(seed)))];
        return infos.Length == 1 && http.Query["seeds"].Count == 0
            ? TypedResults.Json(infos[0], HarborJson.Default.TaskInfo)
            : TypedResults.Json(infos, HarborJson.Default.IReadOnlyListTaskInfo);
    }

    private static List<long> Seeds(HttpRequest http)
    {
        var seeds = new List<long>();
        foreach (var text in http.Query["seed"].Concat(http.Query["seeds"]).SelectMany(value => (value ?? "").Split(',')))
        {
            seeds.Add(long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed
                : throw HttpException.Invalid("seed", $"seed must be a whole number (got '{text}')"));
        }

        return seeds.Count <= MostSeeds ? seeds : throw HttpException.Invalid("seeds", $"at most {MostSeeds} seeds at once");
    }

    private static TaskInfo Info(Deployment row, long seed, Instances.Instance? instance) => new()
    {
        Task = new TaskDescription { Id = row.Name, Name = row.Name, Description = row.Description },
        Dataset = new TaskDataset { Id = row.Name, Name = row.Name, Splits = ["train"], DefaultSplit = "train" },
        Limits = new TaskLimits { TimeoutSeconds = row.TimeoutS },
        TaskMetadata = new JsonObject
        {
            ["harbor_deployment_id"] = $"{row.Id}",
            ["seed"] = seed,
            ["instance_id"] = instance is null ? null : $"{instance.Id}",
            ["instance_status"] = instance is null ? null : Words.Word(instance.Status),
        },
    };
}
