namespace Harbor.Deployments;

/// <summary>Makes clients of task apps.</summary>
public static class TaskApps
{
    /// <summary>A client of the config, without a server: its delegates are called here, its rollouts run where the config says.</summary>
    /// <exception cref="HarborSpecException">The config can't be used.</exception>
    public static ITaskAppClient CreateTaskAppClient(LocalApiConfig config)
    {
        config.EnsureValid();
        return new ConfiguredTaskApp(config);
    }

    /// <summary>A client of a task app that somebody serves.</summary>
    /// <param name="url">Its base URL.</param>
    /// <param name="apiKey">Null: <c>ENVIRONMENT_API_KEY</c>, else <c>DEV_ENVIRONMENT_API_KEY</c>.</param>
    /// <param name="timeout">For one rollout; null: an hour.</param>
    public static ITaskAppClient CreateTaskAppClient(string url, string? apiKey = null, TimeSpan? timeout = null) =>
        new HttpTaskApp(url, apiKey, timeout ?? TimeSpan.FromHours(1));
}
