namespace Harbor.Server.Rollouts;

internal static class RolloutStateWords
{
    public static string Word(this RolloutState state) => state.ToString().ToLowerInvariant();

    public static bool IsFinal(this RolloutState state) => state is RolloutState.Completed or RolloutState.Failed or RolloutState.Cancelled;
}
