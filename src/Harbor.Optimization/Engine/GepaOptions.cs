using System.Numerics;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Prompts;
using Harbor.Optimization.Selection;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization;

/// <summary>Whose behaviour a run has.</summary>
public enum GepaMode
{
    /// <summary>Upstream's, bit for bit: overshoots its budget, and fails on a missing score.</summary>
    Python,

    /// <summary>
    /// The same algorithm and random stream, with a budget that holds, failures that are not zeros, and useless answers refused.
    /// </summary>
    Native,
}

/// <summary>What a run depends on, beside its adapter and its model. The defaults are upstream's.</summary>
public sealed record GepaOptions
{
    private readonly IReadOnlyList<Example>? validationSet;

    public GepaMode Mode { get; init; } = GepaMode.Native;

    public required Candidate SeedCandidate { get; init; }

    public required IReadOnlyList<Example> TrainSet { get; init; }

    /// <summary>Not set: the training set, from the same loader, so that the cache serves both.</summary>
    public IReadOnlyList<Example> ValidationSet
    {
        get => validationSet ?? TrainSet;
        init => validationSet = value;
    }

    public bool SharesLoader => validationSet is null;

    /// <summary>Any whole number, as Python's <c>random.seed</c> takes it.</summary>
    public BigInteger Seed { get; init; }

    public int MinibatchSize { get; init; } = 3;

    public ICandidateSelector Selector { get; init; } = new ParetoSelector();

    public Frontier Frontier { get; init; } = Frontier.Instance;

    public ComponentSelection Components { get; init; } = ComponentSelection.RoundRobin;

    public IAcceptance Acceptance { get; init; } = new StrictImprovement();

    public ProposalSampling Sampling { get; init; } = ProposalSampling.One;

    /// <summary>The sampling of the first iteration, if another.</summary>
    public ProposalSampling? FirstSampling { get; init; }

    public ProposalSelection Selection { get; init; } = ProposalSelection.All;

    public bool SkipPerfectScore { get; init; } = true;

    public double? PerfectScore { get; init; } = 1.0;

    public bool UseMerge { get; init; }

    public int MaxMergeInvocations { get; init; } = 5;

    /// <summary>The fewest validation ids that both parents of a merge have scores for.</summary>
    public int MergeOverlapFloor { get; init; } = 5;

    /// <summary>The chance that a merge that is due is tried, drawn from a generator of its own; null: always.</summary>
    public double? MergeRate { get; init; }

    public bool CacheEvaluations { get; init; }

    /// <summary>Scores on the fronts that differ by no more than this tie.</summary>
    public double TieWithin { get; init; }

    /// <summary>In Native mode never exceeded: no group of evaluations begins that it cannot pay. null: no limit.</summary>
    public int? MaxMetricCalls { get; init; }

    /// <summary>Others than <see cref="MaxMetricCalls"/>, which always stops a run.</summary>
    public IReadOnlyList<IStopCondition> StopConditions { get; init; } = [];

    /// <summary>How many of a parent's last rejected texts the prompt shows, so that they are not tried again (Native); 0: none.</summary>
    public int ShowRejectedEdits { get; init; }

    /// <summary>
    /// A new text must not hold so many characters in a row of the training data that the old text does not hold (Native); null: it may.
    /// </summary>
    public int? MaxCopiedCharacters { get; init; }

    /// <summary>What the best candidates are compared on at the end; null: nothing.</summary>
    public HoldOut? HoldOut { get; init; }

    /// <summary>Set aside at the start.</summary>
    internal int HoldOutCost => HoldOut is { } holdOut ? holdOut.Examples.Count * holdOut.TopK : 0;

    public bool RaiseOnException { get; init; } = true;

    public ReflectionTemplate Template { get; init; } = ReflectionTemplate.Default;

    /// <summary>What a new text must satisfy before a rollout is spent on it (Native).</summary>
    public TextRules TextRules { get; init; } = TextRules.None;

    /// <summary>How many questions the model is asked at once (Native).</summary>
    public int MaxConcurrentReflections { get; init; } = 4;

    /// <summary>Iterations in a row without a usable proposal, all for the same cause, after which the run fails (Native).</summary>
    public int MaxFruitlessIterations { get; init; } = 5;

    /// <exception cref="ArgumentException">All that is wrong with these options.</exception>
    public void Validate()
    {
        string?[] problems =
        [
            TrainSet.Count == 0 ? "TrainSet is empty; give at least one example." : null,
            ValidationSet.Count == 0 ? "ValidationSet is empty; leave it out to use the training set." : null,
            MinibatchSize < 1 ? $"MinibatchSize is {MinibatchSize}; it must be at least 1." : null,
            MaxMetricCalls is null && StopConditions.Count == 0 ? "Nothing ends the run: set MaxMetricCalls or a stop condition." : null,
            MaxMetricCalls < 0 ? $"MaxMetricCalls is {MaxMetricCalls}; it must not be negative." : null,
            HoldOut is { Examples.Count: 0 } or { TopK: < 1 } ? "HoldOut needs at least one example and one candidate." : null,
            HoldOut is not null && Mode == GepaMode.Python ? "HoldOut needs the native mode." : null,
            MaxCopiedCharacters < 1 ? $"MaxCopiedCharacters is {MaxCopiedCharacters}; it must be at least 1." : null,
            Mode == GepaMode.Python && (ShowRejectedEdits > 0 || MaxCopiedCharacters is not null)
                ? "ShowRejectedEdits and MaxCopiedCharacters need the native mode." : null,
            MergeRate is < 0 or > 1 ? "MergeRate must be from 0 to 1." : null,
        ];
        if (problems.Any(problem => problem is not null))
        {
            throw new ArgumentException(string.Join(" ", problems.OfType<string>()));
        }
    }
}
