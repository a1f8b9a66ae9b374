using System.Collections.Concurrent;

namespace Harbor.Frosting;

/// <summary>Runs the tasks of one phase: dependencies first, up to the limit at once, otherwise in plan order.</summary>
internal sealed class Scheduler(Func<int> parallel, RunResults results) : IDisposable
{
    private readonly Dictionary<TaskNode, int> _waitsFor = [];
    private readonly Dictionary<TaskNode, List<TaskNode>> _dependents = [];
    private readonly PriorityQueue<TaskNode, int> _ready = new();
    private readonly Dictionary<TaskNode, int> _place = [];
    private readonly ConcurrentQueue<Ended> _ended = new();
    private readonly SemaphoreSlim _anyEnded = new(0);
    private int _running;
    private int _limit;

    /// <summary>A failed task of an earlier target. It blocks the whole phase.</summary>
    public string? BlockedBy { get; init; }

    public bool FailuresBlock { get; init; } = true;

    public async Task RunAsync(IReadOnlyList<TaskNode> tasks, Func<TaskNode, Task<TaskResult>> run, CancellationToken ct)
    {
        if (BlockedBy is not null)
        {
            results.AddRange(tasks.Select(task => TaskResult.Blocked(task.Name, BlockedBy)), tasks);
            return;
        }

        Prepare(tasks);
        while (true)
        {
            if (ct.IsCancellationRequested)
            {
                FinishRunning();
                var left = tasks.Where(task => !results.Contains(task)).ToList();
                results.AddRange(left.Select(task => TaskResult.NotStarted(task.Name)), left);
                return;
            }

            if (_running == 0 && (_ready.Count == 1 || (_ready.Count > 1 && Limit == 1)))
            {
                // No other task can start meanwhile, so the task runs on this thread.
                var task = _ready.Dequeue();
                Finish(task, await run(task));
                continue;
            }

            while (_ready.Count > 0 && _running < Limit)
            {
                Start(_ready.Dequeue(), run);
            }

            if (_running == 0)
            {
                return;
            }

            FinishOne();
        }
    }

    public void Dispose() => _anyEnded.Dispose();

    private int Limit
    {
        get
        {
            if (_limit == 0)
            {
                _limit = parallel();
                ThreadPool.GetMinThreads(out var workers, out var ports);
                if (_limit > workers)
                {
                    // Tasks may block their thread, and the pool adds threads only every half second.
                    ThreadPool.SetMinThreads(_limit, ports);
                }
            }

            return _limit;
        }
    }

    private void Prepare(IReadOnlyList<TaskNode> tasks)
    {
        foreach (var task in tasks)
        {
            _place.Add(task, _place.Count);
            _dependents.Add(task, []);
        }

        foreach (var task in tasks)
        {
            var count = 0;
            foreach (var dependency in task.Dependencies)
            {
                if (_dependents.TryGetValue(dependency, out var dependents))
                {
                    dependents.Add(task);
                    count++;
                }
            }

            _waitsFor.Add(task, count);
            if (count == 0)
            {
                _ready.Enqueue(task, _place[task]);
            }
        }
    }

    private void Start(TaskNode task, Func<TaskNode, Task<TaskResult>> run)
    {
        _running++;
        var started = Task.Run(() => run(task), CancellationToken.None);
        _ = started.ContinueWith(End, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        void End(Task<TaskResult> result)
        {
            _ended.Enqueue(new Ended(task, result));
            _anyEnded.Release();
        }
    }

    /// <summary>Blocks this thread, which has nothing else to do.</summary>
    private void FinishOne()
    {
        _anyEnded.Wait(CancellationToken.None);
        _running--;
        if (_ended.TryDequeue(out var ended))
        {
            Finish(ended.Task, ended.Result.GetAwaiter().GetResult());
        }
    }

    private void FinishRunning()
    {
        while (_running > 0)
        {
            FinishOne();
        }
    }

    private void Finish(TaskNode task, TaskResult result)
    {
        results.Add(result, task);
        var ended = new Queue<(TaskNode Task, TaskResult Result)>([(task, result)]);
        while (ended.TryDequeue(out var last))
        {
            foreach (var dependent in _dependents[last.Task])
            {
                _waitsFor[dependent]--;
                if (FailuresBlock && last.Result.Blocks)
                {
                    if (!results.Contains(dependent))
                    {
                        var blocked = last.Result.BlockedDependent(dependent.Name);
                        results.Add(blocked, dependent);
                        ended.Enqueue((dependent, blocked));
                    }
                }
                else if (_waitsFor[dependent] == 0 && !results.Contains(dependent))
                {
                    _ready.Enqueue(dependent, _place[dependent]);
                }
            }
        }
    }

    private sealed record Ended(TaskNode Task, Task<TaskResult> Result);
}
