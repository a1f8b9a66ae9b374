namespace Harbor.Server.Jobs;

/// <summary>The section <c>Jobs</c> of the settings.</summary>
public sealed class JobSettings
{
    /// <summary>Whether a job's task app may have a private or loopback address.</summary>
    public bool AllowPrivateTaskApps { get; set; }

    /// <summary>Seconds that a job rests after ten failures of the platform in a row.</summary>
    public int PauseS { get; set; } = 60;

    public int JobsAtOnce { get; set; } = 50;
}
