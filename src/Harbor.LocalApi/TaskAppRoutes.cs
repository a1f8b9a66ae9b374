using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Harbor.Deployments;

/// <summary>The routes of a task app, with the wire format of the public ones.</summary>
internal sealed class TaskAppRoutes(LocalApiConfig config)
{
    private const int MostSeeds = 10_000;
    private readonly ITaskAppClient _app = TaskApps.CreateTaskAppClient(config);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], context =>
            WriteAsync(context, new TaskAppStatus("ok", Service), HarborJson.Default.TaskAppStatus));
        routes.MapGet("/health", context => Guarded(context, HealthAsync));
        routes.MapGet("/info", context => Guarded(context, async () =>
            await WriteAsync(context, await _app.InfoAsync(context.RequestAborted), HarborJson.Default.TaskAppInfo)));
        routes.MapGet("/task_info", context => Guarded(context, TaskInfoAsync));
        routes.MapPost("/rollout", context => Guarded(context, RolloutAsync));
        routes.MapPost("/done", context => WriteAsync(context, new DoneAnswer(true, Service), HarborJson.Default.DoneAnswer));
        routes.MapFallback(context => ErrorAsync(context, StatusCodes.Status404NotFound, "not_found", "Not Found"));
    }

    private string Service => config.AppId;

    public static Task ErrorAsync(HttpContext context, int status, string code, string detail, JsonObject? more = null)
    {
        context.Response.StatusCode = status;
        var answer = new JsonObject { ["detail"] = detail, ["code"] = code, ["errors"] = new JsonArray() };
        foreach (var (name, value) in more ?? [])
        {
            answer[name] = value?.DeepClone();
        }

        return WriteAsync(context, answer, HarborJson.Default.JsonObject);
    }

    private async Task HealthAsync(HttpContext context)
    {
        var health = await _app.HealthAsync(context.RequestAborted);
        context.Response.StatusCode = health.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var auth = new TaskAppAuth(config.RequireApiKey, config.RequireApiKey ? "***" : null);
        await WriteAsync(context, health with { Auth = auth }, HarborJson.Default.TaskAppHealth);
    }

    private async Task TaskInfoAsync(HttpContext context)
    {
        var texts = context.Request.Query["seed"].Concat(context.Request.Query["seeds"])
            .SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        if (texts.Count == 0)
        {
            await WriteAsync(
                context, new TasksetAnswer(await _app.TasksetAsync(context.RequestAborted)), HarborJson.Default.TasksetAnswer);
            return;
        }

        var seeds = new List<long>();
        foreach (var text in texts)
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) || texts.Count > MostSeeds)
            {
                await ErrorAsync(
                    context, StatusCodes.Status422UnprocessableEntity, "invalid_seed",
                    $"seeds must be whole numbers, at most {MostSeeds:N0}");
                return;
            }

            seeds.Add(seed);
        }

        var infos = await _app.TaskInfoAsync(seeds, context.RequestAborted);
        await (infos.Count == 1
            ? WriteAsync(context, Complete(infos[0]), HarborJson.Default.TaskInfo)
            : WriteAsync(context, [.. infos.Select(Complete)], HarborJson.Default.IReadOnlyListTaskInfo));
    }

    /// <summary>What the task leaves out is taken from the config's base.</summary>
    private TaskInfo Complete(TaskInfo info) => config.BaseTaskInfo is not { } known ? info : info with
    {
        Task = info.Task == new TaskDescription() ? known.Task : info.Task,
        Dataset = info.Dataset == new TaskDataset() ? known.Dataset : info.Dataset,
        Inference = info.Inference == new TaskInference() ? known.Inference : info.Inference,
        Limits = info.Limits == new TaskLimits() ? known.Limits : info.Limits,
    };

    private async Task RolloutAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync(
            context.Request.Body, HarborJson.Default.RolloutRequest, context.RequestAborted);
        if (string.IsNullOrEmpty(request?.TraceCorrelationId))
        {
            await ErrorAsync(
                context, StatusCodes.Status422UnprocessableEntity, "invalid", "trace_correlation_id is required");
            return;
        }

        var response = await _app.RolloutAsync(request, context.RequestAborted);
        var reward = response.RewardOrNull();
        if (reward is { } number && !double.IsFinite(number))
        {
            await ErrorAsync(
                context, StatusCodes.Status500InternalServerError, "invalid_result", "the rollout's reward is no finite number");
            return;
        }

        await WriteAsync(context, Numbered(response, request.TraceCorrelationId, reward), HarborJson.Default.RolloutResponse);
    }

    /// <summary>Clients need a number: a missing reward is 0.0 with <c>scored: false</c>.</summary>
    private static RolloutResponse Numbered(RolloutResponse response, string correlation, double? reward)
    {
        var info = response.RewardInfo ?? new RewardInfo();
        var details = info.Details.DeepClone().AsObject();
        if (reward is null)
        {
            details["scored"] = false;
        }

        return response with
        {
            TraceCorrelationId = response.TraceCorrelationId ?? correlation,
            RewardInfo = info with { OutcomeReward = reward ?? 0.0, Details = details },
        };
    }

    private static Task Guarded(HttpContext context, Func<Task> answer) => Guarded(context, _ => answer());

    /// <summary>Turns what went wrong into an answer that says whether to try again.</summary>
    private static async Task Guarded(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (JsonException error)
        {
            await ErrorAsync(
                context, StatusCodes.Status400BadRequest, "malformed", $"the body is not the JSON that is expected: {error.Message}");
        }
        catch (BadHttpRequestException error)
        {
            await ErrorAsync(context, error.StatusCode, "malformed", error.Message);
        }
        catch (HarborExecutionException error)
        {
            context.Response.Headers.RetryAfter = "5";
            await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, error.FailureKind ?? "internal", error.Message);
        }
        catch (HarborApiException error)
        {
            await ErrorAsync(context, Status(error), error.Details?.Code ?? "backend", error.Message);
        }
#pragma warning disable CA1031 // The user's own code may throw anything; one request must not end the server.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await ErrorAsync(context, StatusCodes.Status500InternalServerError, "internal", $"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>What the backend says of the request is passed on; what it says of our key is not the caller's fault.</summary>
    private static int Status(HarborApiException error) =>
        error.StatusCode is 404 or 409 or 422 or 429 ? error.StatusCode : StatusCodes.Status502BadGateway;

    private static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask : context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, type)).AsTask();
    }
}
