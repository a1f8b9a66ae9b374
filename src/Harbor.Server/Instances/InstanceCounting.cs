using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Instances;

internal static class InstanceCounting
{
    public static async Task<InstanceCounts> OfAsync(HarborDb db, Guid deployment, CancellationToken ct)
    {
        var counts = await db.Instances.Where(row => row.DeploymentId == deployment).GroupBy(row => row.Status)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, ct);
        int Of(InstanceStatus status) => counts.GetValueOrDefault(status);
        return new InstanceCounts(counts.Values.Sum(), Of(InstanceStatus.Pending), Of(InstanceStatus.Building), Of(InstanceStatus.Ready),
            Of(InstanceStatus.Failed));
    }
}
