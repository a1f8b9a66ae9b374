using Harbor.Engines;

namespace Harbor.Planning;

/// <param name="Id">Empty for one that is to be created.</param>
/// <param name="Name">As it is called now; null for one that is to be created.</param>
public sealed record ChangedContainer(string Service, string Id, string? Name)
{
    internal static ChangedContainer From(EngineContainer container) => new(container.Service, container.Id, container.Name);
}

/// <summary>What a Deploy does to one container: one of the records below.</summary>
/// <param name="Why">Each reason in words: <c>environment LEVEL changed</c>, <c>stopped (exit code 137)</c>.</param>
/// <param name="IsDrift">It was changed from outside, not by what Harbor is given.</param>
public abstract record ContainerChange(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift)
{
    public string Service => Target.Service;

    /// <summary>One word: <c>create, recreate, start, reload, restart, unpause, rename, remove, wait</c>.</summary>
    public abstract string Action { get; }

    public sealed override string ToString() =>
        $"{Service}: {Action}{(Target.Name is null ? "" : $" {Target.Name}")}: {string.Join("; ", Why)}";
}

public sealed record CreateContainer(string Service, IReadOnlyList<string> Why, bool IsDrift)
    : ContainerChange(new ChangedContainer(Service, "", null), Why, IsDrift)
{
    public override string Action => "create";
}

public sealed record RecreateContainer(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift)
    : ContainerChange(Target, Why, IsDrift)
{
    public override string Action => "recreate";
}

public sealed record StartContainer(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift)
    : ContainerChange(Target, Why, IsDrift)
{
    public override string Action => "start";
}

/// <summary>It takes in its mounted files: by a command that is run in it, or by a restart.</summary>
public sealed record ReloadContainer(ChangedContainer Target, IReadOnlyList<string> Why, bool IsRestart)
    : ContainerChange(Target, Why, IsDrift: false)
{
    public override string Action => IsRestart ? "restart" : "reload";
}

public sealed record UnpauseContainer(ChangedContainer Target, IReadOnlyList<string> Why) : ContainerChange(Target, Why, IsDrift: true)
{
    public override string Action => "unpause";
}

/// <summary>Nothing is done to it, but the Deploy waits for it, and fails if that does not help.</summary>
public sealed record AwaitContainer(ChangedContainer Target, IReadOnlyList<string> Why) : ContainerChange(Target, Why, IsDrift: true)
{
    public override string Action => "wait";
}

/// <param name="IsLeftover">Repairing an interrupted recreate does it.</param>
public sealed record RenameContainer(ChangedContainer Target, IReadOnlyList<string> Why, string NewName, bool IsLeftover)
    : ContainerChange(Target, Why, IsDrift: true)
{
    public override string Action => "rename";
}

/// <summary>It is removed; the record says by whom.</summary>
public abstract record RemoveContainer(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift)
    : ContainerChange(Target, Why, IsDrift)
{
    public sealed override string Action => "remove";
}

/// <summary>Of a service that no file has: <c>compose up</c> removes it.</summary>
public sealed record RemoveOrphan(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift)
    : RemoveContainer(Target, Why, IsDrift);

/// <summary>Of an interrupted recreate: repairing that removes it.</summary>
public sealed record RemoveLeftover(ChangedContainer Target, IReadOnlyList<string> Why) : RemoveContainer(Target, Why, IsDrift: true);

/// <summary>
/// Harbor does it: Compose does not know the container, or would choose another (2.26.1 keeps outdated ones where the replicas are fewer).
/// </summary>
/// <param name="Grace">Null: the container's own.</param>
public sealed record StopAndRemove(ChangedContainer Target, IReadOnlyList<string> Why, bool IsDrift, TimeSpan? Grace)
    : RemoveContainer(Target, Why, IsDrift);
