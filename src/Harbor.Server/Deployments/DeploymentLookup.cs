using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

internal static class DeploymentLookup
{
    public static IQueryable<Deployment> Of(this IQueryable<Deployment> deployments, Caller caller) =>
        deployments.Where(row => row.OrganisationId == caller.OrganisationId && row.DeletedAt == null);

    /// <summary>By id or by name; the id wins.</summary>
    /// <exception cref="HttpException">404, also where it is another organisation's.</exception>
    public static async Task<Deployment> FindDeploymentAsync(this HarborDb db, Caller caller, string idOrName, CancellationToken ct)
    {
        if (Guid.TryParse(idOrName, out var id) && await db.Deployments.Of(caller)
            .SingleOrDefaultAsync(row => row.Id == id, ct) is { } byId)
        {
            return byId;
        }

        return await db.Deployments.Of(caller).SingleOrDefaultAsync(row => row.Name == idOrName, ct)
            ?? throw HttpException.NotFound("deployment", idOrName);
    }
}
