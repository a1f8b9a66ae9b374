namespace Harbor.Frosting;

internal static class Reason
{
    /// <summary>Turns "why not" into a criteria's answer, leaving the reason where the engine finds it.</summary>
    public static bool Accepts(string? whyNot)
    {
        if (whyNot is not null && TaskScope.Current is { } scope)
        {
            scope.SkipReason = whyNot;
        }

        return whyNot is null;
    }
}
