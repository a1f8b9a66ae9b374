namespace Harbor.Frosting;

internal static class Reason
{
    /// <summary>Converts a skip reason into a criteria's answer, and stores the reason for the engine.</summary>
    public static bool Accepts(string? whyNot)
    {
        if (whyNot is not null && TaskScope.Current is { } scope)
        {
            scope.SkipReason = whyNot;
        }

        return whyNot is null;
    }
}
