using Cake.Core;

namespace Harbor.Frosting.Tests.Doubles;

/// <summary>A random acyclic graph: task i depends on some of the tasks before it; the order of registration is shuffled.</summary>
internal sealed class RandomGraph
{
    private readonly List<(int Index, bool AsDependee, int[] Dependencies)> _tasks = [];

    public RandomGraph(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(1, 14);
        var density = random.NextDouble() * 0.6;
        for (var i = 0; i < count; i++)
        {
            _tasks.Add((i, random.Next(4) == 0, [.. Enumerable.Range(0, i).Where(_ => random.NextDouble() < density)]));
        }

        Failing = Enumerable.Range(0, count).Where(_ => random.Next(8) == 0).Select(Name).ToHashSet();
        var shuffled = _tasks.ToArray();
        random.Shuffle(shuffled);
        _tasks = [.. shuffled];
        Target = Name(count - 1);
        Parallel = random.Next(1, 6);
    }

    public string Target { get; }

    public int Parallel { get; }

    public IReadOnlySet<string> Failing { get; }

    public static string Name(int index) => $"t{index}";

    public IEnumerable<string> DependenciesOf(string name) => _tasks.Single(task => Name(task.Index) == name).Dependencies.Select(Name);

    public HashSet<string> Reached(string name)
    {
        var reached = new HashSet<string> { name };
        foreach (var dependency in DependenciesOf(name))
        {
            reached.UnionWith(Reached(dependency));
        }

        return reached;
    }

    public void Register(ICakeEngine engine, Func<string, Task> body)
    {
        foreach (var (index, _, _) in _tasks)
        {
            engine.RegisterTask(Name(index)).Does(() => body(Name(index)));
        }

        foreach (var (index, asDependee, dependencies) in _tasks)
        {
            foreach (var dependency in dependencies)
            {
                var (from, to) = ((CakeTask)engine.Tasks.Single(task => task.Name == Name(index)), Name(dependency));
                if (asDependee)
                {
                    ((CakeTask)engine.Tasks.Single(task => task.Name == to)).Dependees.Add(new CakeTaskDependency(from.Name, true));
                }
                else
                {
                    from.Dependencies.Add(new CakeTaskDependency(to, true));
                }
            }
        }
    }
}
