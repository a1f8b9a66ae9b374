using Harbor.Engines;
using Harbor.Hashing;
using Harbor.Processes;
using Harbor.Runners;
using Harbor.Secrets;

namespace Harbor.Stacks;

/// <summary>A run that works on one project. All its steps share this object.</summary>
public sealed class StackRun
{
    private readonly Lazy<IEngine> _engine;
    private readonly Lazy<ProjectKey> _key;

    /// <param name="engine">Null means the engine that the docker command would use.</param>
    public StackRun(RunScope scope, ProjectPaths paths, StackOutput output, IEngine? engine = null)
    {
        (Scope, Paths, Output) = (scope, paths, output);
        _engine = new Lazy<IEngine>(() => engine ?? Engines.Engine.For(EngineEndpoint.Resolve(scope.Variables), scope));
        _key = new Lazy<ProjectKey>(() => MayWrite ? StateKey.Load(paths) : StateKey.LoadOrInvent(paths));
    }

    public RunScope Scope { get; }

    public ProjectPaths Paths { get; }

    public StackOutput Output { get; }

    /// <summary>Resolved lazily, so that a run that needs no engine works without one.</summary>
    public IEngine Engine => _engine.Value;

    /// <summary>Whether the engine is on this machine, and this process sees the machine's folders and ports.</summary>
    public bool EngineIsHere => Engine.Endpoint.Kind == EndpointKind.Unix && !new RunnerMounts(Scope.Variables).IsInContainer;

    /// <summary>False for a read-only run, which writes no file, not even a cache.</summary>
    public bool MayWrite { get; init; } = true;

    /// <summary>Whether the run takes over a stack that another folder deployed under this name.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Folder for caches; null for a read-only run.</summary>
    public string? Cache => MayWrite ? Paths.State : null;

    /// <summary>
    /// The key of the project's hashes, the same throughout the run. If there is none, a read-only run invents one, because no saved hash
    /// exists that it would have to match.
    /// </summary>
    public ProjectKey Key => _key.Value;
}
