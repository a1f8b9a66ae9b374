namespace Harbor.Server.Sandboxes;

/// <summary>What the images of this server are called, so that the engine's own clean-up leaves them alone.</summary>
internal static class ImageTags
{
    public static string Build(Guid build) => $"harbor.local/build:{build:N}";

    public static string Rollout(Guid rollout) => $"harbor.local/rollout:{rollout:N}";

    public static string Instance(Guid instance, long fence) => $"harbor.local/instance:{instance:N}-{fence}";
}
