using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Harbor.Deployments;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>What the files promise each other, without an engine.</summary>
public sealed partial class EngineBenchFileTests
{
    [Fact]
    public void There_are_24_tasks_of_three_kinds()
    {
        var kinds = EngineBenchFolder.TaskIds.CountBy(id => EngineBenchFolder.TaskOf(id).Text("difficulty")).ToDictionary();

        Assert.Equal(new Dictionary<string, int> { ["easy"] = 8, ["medium"] = 10, ["hard"] = 6 }, kinds);
    }

    [Fact]
    public void Each_task_names_the_tests_that_judge_it()
    {
        foreach (var id in EngineBenchFolder.TaskIds)
        {
            var task = EngineBenchFolder.TaskOf(id);
            var hidden = TestFunction().Matches(EngineBenchFolder.Text("verify", $"{id}.rs")).Select(match => match.Groups[1].Value);

            Assert.Equal(id, task.Text("id"));
            Assert.Equal($"src/cards/{id}.rs", task.Text("file"));
            Assert.Equal(hidden, EngineBenchFolder.TestsOf(id));
            Assert.InRange(EngineBenchFolder.TestsOf(id).Length, 3, 9);
            Assert.All(task["tests"]!.AsArray(), test => Assert.EndsWith(".", test!.Text("says"), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Each_task_has_a_solution_and_one_way_to_break_one_of_its_tests()
    {
        var partial = JsonNode.Parse(EngineBenchFolder.Text("gold", "partial.json"))!.AsObject();
        Assert.Equal(EngineBenchFolder.TaskIds, partial.Select(edit => edit.Key));
        foreach (var (id, edit) in partial)
        {
            Assert.Equal(2, EngineBenchFolder.Text("gold", $"{id}.rs").Split(edit!.Text("replace")).Length);
            Assert.Contains(edit!.Text("fails"), EngineBenchFolder.TestsOf(id));
        }
    }

    [Fact]
    public void No_solution_lies_in_the_crate()
    {
        var cards = Directory.GetFiles(EngineBenchFolder.File("engine", "src", "cards"))
            .Select(file => Path.GetFileNameWithoutExtension(file)!).ToList();

        Assert.Equal(10, cards.Except(["mod"]).Count());
        Assert.Empty(cards.Intersect(EngineBenchFolder.TaskIds));
    }

    [Theory]
    [InlineData(EngineBenchFolder.AgentSpec, false)]
    [InlineData(EngineBenchFolder.OracleSpec, true)]
    public void A_spec_packs_the_solutions_only_for_the_oracle(string file, bool hasSolutions)
    {
        var spec = EngineBenchFolder.Spec(file);

        Assert.Empty(spec.Validate());
        var packed = new HarborPackager(spec).GetFileList().Select(packed => packed.Path).ToList();
        Assert.Equal(hasSolutions ? 24 : 0, packed.Count(path => path.StartsWith("gold/", StringComparison.Ordinal) && path.EndsWith(".rs",
            StringComparison.Ordinal)));
        Assert.Equal(hasSolutions, packed.Any(path => path.StartsWith("gold", StringComparison.Ordinal)));
        Assert.Equal("verify", spec.VerifyDir);
        Assert.Equal(25, packed.Count(path => path.StartsWith("verify/", StringComparison.Ordinal)));
        Assert.Contains("engine/Cargo.lock", packed);
    }

    [Fact]
    public void Both_images_are_alike_but_for_the_solutions()
    {
        var agent = EngineBenchFolder.Text("Dockerfile").Split('\n', 2)[1];
        var oracle = EngineBenchFolder.Text("Dockerfile.oracle").Split('\n', 2)[1];

        Assert.StartsWith(agent, oracle, StringComparison.Ordinal);
        Assert.DoesNotContain("gold", agent, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", agent, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"#\[test\]\nfn (\w+)\(\)")]
    private static partial Regex TestFunction();
}
