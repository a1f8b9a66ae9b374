using Harbor.Masking;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Interceptor;

/// <summary>What a trace must not show: the provider's key, and the variables of the deployment.</summary>
internal sealed class CallMasking(SecretBox box)
{
    public async Task<ModelCall> ApplyAsync(HarborDb db, ModelCall call, string key, CancellationToken ct)
    {
        var redaction = new Redaction();
        redaction.Add(key);
        var deployment = await db.Deployments.AsNoTracking()
            .SingleOrDefaultAsync(row => db.Rollouts.Any(found => found.Id == call.RolloutId && found.DeploymentId == row.Id), ct);
        if (deployment is not null)
        {
            foreach (var value in SpecText.Open(box, deployment).Values)
            {
                redaction.Add(value);
            }
        }

        call.Request = Masked(redaction, call.Request);
        call.Response = Masked(redaction, call.Response);
        return call;
    }

    /// <summary>PostgreSQL stores no NUL.</summary>
    private static string? Masked(Redaction redaction, string? text) =>
        text is null ? null : redaction.Apply(text).Replace('\0', ' ');
}
