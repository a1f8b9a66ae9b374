using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Interceptor;

/// <summary>One call of a model: reserves what it may use, passes it on, counts what it used.</summary>
internal sealed class ModelCalls(
    Providers providers, Budgets budgets, Upstream upstream, CallMasking masking, Databases databases, TimeProvider time)
{
    /// <param name="mine">Ends with the agent's phase.</param>
    public async Task RunAsync(Rollout rollout, string wire, HttpContext http, OpenCall mine)
    {
        var began = time.GetUtcNow();
        var policy = RolloutPolicy.Of(rollout);
        var body = await CallBody.ReadAsync(http.Request, wire, policy, http.RequestAborted);
        if (mine.Ends.IsCancellationRequested)
        {
            throw InterceptorRoutes.Closed(); // Its phase ended while the body came.
        }

        var (provider, key) = Choose(CallBody.Text(policy["provider"]), body.Model, wire);
        var price = provider.PriceOf(body.Model);
        var call = new CallLog(rollout, wire, provider, body, began);
        if (rollout.Deadline is { } deadline)
        {
            mine.EndAfter(deadline - began);
        }

        if (wire == Wires.Count)
        {
            await PassAsync(http, call, key, mine.Ends); // It costs nothing.
            EndConnection(http, call);
            return;
        }

        var (taken, reason) = await budgets.ReserveAsync(
            rollout, body.Most.Input + body.Most.Output, price?.Nano(body.Most), http.RequestAborted);
        if (taken is null)
        {
            await WriteAsync(call.Refused("budget_exceeded", 400), key);
            throw new HttpException(400, "budget_exceeded", $"budget_exceeded: {reason}");
        }

        try
        {
            await PassAsync(http, call, key, mine.Ends);
        }
        finally
        {
            // Whatever ended it, also the agent's own end: it is written, and what it did not use is given back.
            var usage = call.Usage();
            var cost = price?.Nano(usage);
            await Persistence.RunAsync(databases.Open, time,
                _ => budgets.SettleAsync(taken, usage.Input + usage.Output, cost, CancellationToken.None), CancellationToken.None);
            await WriteAsync(call.Ended(usage, cost, time.GetUtcNow()), key);
        }

        EndConnection(http, call);
    }

    /// <summary>A call that belongs to no rollout. It has no budget and leaves no trace; what its key used is counted.</summary>
    public async Task RunAsync(Caller caller, string wire, HttpContext http)
    {
        var body = await CallBody.ReadAsync(http.Request, wire, [], http.RequestAborted);
        var (provider, key) = Choose(null, body.Model, wire);
        var call = new CallLog(null, wire, provider, body, time.GetUtcNow());
        try
        {
            await PassAsync(http, call, key, http.RequestAborted);
        }
        finally
        {
            var usage = call.Usage();
            var cost = provider.PriceOf(body.Model)?.Nano(usage) ?? 0;
            await Persistence.RunAsync(databases.Open, time, _ => budgets.CountAsync(
                Budgets.OfKey(caller.KeyId), usage.Input + usage.Output, cost, CancellationToken.None), CancellationToken.None);
        }

        EndConnection(http, call);
    }

    private (Provider Provider, string Key) Choose(string? name, string model, string wire)
    {
        var provider = providers.Find(name, model)
            ?? throw new HttpException(503, "no_provider", $"No provider of this server has the model '{model}'. See providers.yaml.");
        var spoken = wire == Wires.Count ? Wires.Messages : wire;
        if (!provider.Wires.Contains(spoken))
        {
            throw new HttpException(400, "wrong_wire", $"provider '{provider.Name}' does not speak '{spoken}'");
        }

        return (provider, provider.ReadKey()
            ?? throw new HttpException(503, "no_provider", $"The key of provider '{provider.Name}' is not where providers.yaml says."));
    }

    /// <summary>The agent must not take half an answer for a whole one. What it sees the end of has been counted.</summary>
    private static void EndConnection(HttpContext http, CallLog call)
    {
        if (call.IsBrokenOff)
        {
            http.Abort();
        }
    }

    private async Task PassAsync(HttpContext http, CallLog call, string key, CancellationToken ends)
    {
        try
        {
            using var answer = await upstream.SendAsync(call.Provider, key, call.Wire, http.Request, call.Body, ends);
            call.Status = (int)answer.StatusCode;
            await CopyAsync(answer, http.Response, call, key, ends);
        }
        catch (OperationCanceledException)
        {
            call.Error = "cut";
            call.MayHaveBegun = true;
            call.IsBrokenOff = true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            call.Error = "provider_error";
            call.MayHaveBegun = !Upstream.IsUnreached(error);
            if (http.Response.HasStarted)
            {
                call.IsBrokenOff = true;
                return;
            }

            call.Status = 502;
            throw new HttpException(502, "provider_error", $"provider '{call.Provider.Name}' can't be reached, or broke off its answer");
        }
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CallLog call, string key, CancellationToken ct)
    {
        response.StatusCode = call.Status;
        Upstream.CopyHeaders(answer, response, key);
        var reader = call.Reader = new AnswerReader(call.Wire, call.Body.HidesUsage, key);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, ct);
            await response.Body.WriteAsync(reader.Whole(all.ToArray()), ct);
            return;
        }

        var parts = new EventStreamParts();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            foreach (var whole in parts.Take(buffer.AsMemory(0, read)))
            {
                await response.Body.WriteAsync(reader.Event(whole), ct);
            }

            await response.Body.FlushAsync(ct);
        }

        await response.Body.WriteAsync(reader.Event(parts.Rest()), ct);
    }

    private Task WriteAsync(ModelCall call, string key) => Persistence.RunAsync(databases.Open, time, async db =>
    {
        db.ModelCalls.Add(await masking.ApplyAsync(db, call, key, CancellationToken.None));
        await db.SaveChangesAsync();
    }, CancellationToken.None);
}
