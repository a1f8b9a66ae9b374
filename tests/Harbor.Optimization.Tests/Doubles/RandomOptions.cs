using FsCheck;
using FsCheck.Fluent;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Selection;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Doubles;

/// <summary>Options of any kind, over the hash problem.</summary>
internal sealed record RandomRun(GepaOptions Options, HashProblem Problem)
{
    public static Arbitrary<RandomRun> Any { get; } = Arb.From(
        from seed in Gen.Choose(0, 1_000_000)
        from sizes in Gen.Three(Gen.Choose(1, 12))
        from components in Gen.Choose(1, 3)
        from selector in Gen.Elements<ICandidateSelector>(
            new ParetoSelector(), new CurrentBestSelector(), new EpsilonGreedySelector(), new TopKParetoSelector(3))
        from frontier in Gen.Elements(Enum.GetValues<Frontier>())
        from sampling in Gen.Elements(
            ProposalSampling.One, ProposalSampling.One, ProposalSampling.SameParent(3), ProposalSampling.Independent(2),
                ProposalSampling.PxN(2, 2))
        from selection in Gen.Elements(ProposalSelection.All, ProposalSelection.Best, ProposalSelection.TopK(2))
        from flags in Gen.ArrayOf(Gen.Elements(true, false), 5)
        from budget in Gen.Choose(12, 250)
        select Make(seed, sizes, components, selector, frontier, sampling, selection, flags, budget));

    public GepaOptions Unlimited(int iterations) => Options with { MaxMetricCalls = null, StopConditions = [new MaxProposals(iterations)] };

    private static RandomRun Make(
        int seed,
        (int Train, int Validation, int Minibatch) sizes,
        int components,
        ICandidateSelector selector,
        Frontier frontier,
        ProposalSampling sampling,
        ProposalSelection selection,
        bool[] flags,
        int budget)
    {
        var options = new GepaOptions
        {
            SeedCandidate = new Candidate(
                HashProblem.ComponentNames.Take(components).Select(name => KeyValuePair.Create(name, $"base {name}"))),
            TrainSet = HashProblem.Examples("t", sizes.Train),
            Seed = seed,
            MinibatchSize = Math.Min(sizes.Minibatch, 5),
            Selector = selector,
            Frontier = frontier,
            Sampling = sampling,
            Selection = selection,
            UseMerge = flags[0],
            CacheEvaluations = flags[1],
            Components = flags[2] ? ComponentSelection.All : ComponentSelection.RoundRobin,
            MaxMetricCalls = Math.Max(budget, sizes.Validation),
        };
        return new RandomRun(
            flags[3] ? options with { MaxMetricCalls = Math.Max(budget, sizes.Train) }
                : options with { ValidationSet = HashProblem.Examples("u", sizes.Validation) },
            new HashProblem($"s{seed}", hasObjectives: true, lifts: flags[4]));
    }
}
