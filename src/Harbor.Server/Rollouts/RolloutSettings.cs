namespace Harbor.Server.Rollouts;

/// <summary>The section <c>Rollouts</c> of the settings.</summary>
public sealed class RolloutSettings
{
    /// <summary>Waiting, for one organisation.</summary>
    public int LongestQueue { get; set; } = 10_000;

    /// <summary>Seconds that a synchronous request waits in the queue.</summary>
    public int QueueWaitS { get; set; } = 600;

    /// <summary>Days that logs and artifacts are kept.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>Hours that an image is kept which neither serves nor is needed.</summary>
    public int KeepImagesHours { get; set; } = 24;
}
