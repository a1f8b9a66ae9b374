namespace Harbor.Server.Gepa;

/// <summary>Tells the ids of optimisations from those of other jobs under the same routes.</summary>
internal sealed class GepaId : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string id && id.StartsWith("pl_", StringComparison.Ordinal);
}
