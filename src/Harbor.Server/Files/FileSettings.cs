namespace Harbor.Server.Files;

/// <summary>The section <c>Files</c> of the settings.</summary>
public sealed class FileSettings
{
    /// <summary>
    /// <c>database</c>: with PostgreSQL, contexts, logs and artifacts are in the database too, so that a worker needs nothing but its URL.
    /// <c>folder</c>: all processes have the same data folder.
    /// </summary>
    public string Store { get; set; } = "database";
}
