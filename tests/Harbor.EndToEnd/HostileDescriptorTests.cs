using System.Globalization;

namespace Harbor.EndToEnd;

/// <summary>
/// The worst descriptors, given to the program itself: one that it can't bear would end it with a signal, not with an error. More of them
/// are read in process, by HostileYamlTests.
/// </summary>
public sealed class HostileDescriptorTests
{
    private const int LeastMegabytes = 10;

    private static readonly Dictionary<string, (string Text, string Expected)> Cases = new()
    {
        ["nested lists"] = (Repeat("[", 200_000), "etc/harbor.yaml:1:65: Nested deeper than 64 levels."),
        ["nested maps"] = (Repeat("{a: ", 20_000), "Nested deeper than 64 levels."),
        ["a billion laughs"] = (Laughs("&a{0} [{1}]"), "Aliases expand the file to more than 50,000 nodes."),
        ["a merge bomb"] = (Laughs("&a{0} {{<<: [{1}]}}"), "Merge keys ('<<') are not read"),
        ["a map that holds itself"] = ("a: &a {b: *a}", "etc/harbor.yaml:1:11: The alias '*a' is inside its own anchor."),
        ["100 MB"] =
        ("name: " + new string('x', 100_000_000), "etc/harbor.yaml: The file is 100,000,006 bytes long; a descriptor may have 1,048,576."),
        ["a NUL"] = ("version: 1\n\0", "etc/harbor.yaml:2:1: The control character U+0000"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_descriptor_is_refused_by_the_program_with_a_second_of_work_and_200_MB_at_most(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process uses is read in /proc.");
        await using var project = new TestProject();
        var (usual, _) = await UsedAsync(project);
        var (text, expected) = Cases[name];
        project.Write("etc/harbor.yaml", text);

        var result = await project.ExpectAsync(2, "--target=Source");
        var (seconds, megabytes) = await UsedAsync(project);

        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{seconds} s instead of {usual} s, {megabytes} MB"));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.True(seconds < usual + 1, $"It worked for {seconds} s; usually {usual} s.");
        Assert.InRange(megabytes, LeastMegabytes, 200);
    }

    /// <returns>The processor's time, which a busy machine does not change, and the most memory at a time, as last seen before the
    /// end.</returns>
    private static async Task<(double Seconds, int Megabytes)> UsedAsync(TestProject project)
    {
        var used = await LookAsync(project);
        for (var again = 0; again < 20 && used.Megabytes < LeastMegabytes; again++)
        {
            used = await LookAsync(project); // Only the shell in front of the host was seen: the host takes a few milliseconds.
        }

        return used;
    }

    private static async Task<(double Seconds, int Megabytes)> LookAsync(TestProject project)
    {
        using var run = project.Start("--target=Source");
        var (ticks, kilobytes) = (0, 0);
        while (!run.HasExited)
        {
            try
            {
                ticks = File.ReadAllText($"/proc/{run.Id}/stat").Split(' ')[13..15]
                    .Sum(field => int.Parse(field, CultureInfo.InvariantCulture));
                var peak = File.ReadLines($"/proc/{run.Id}/status")
                    .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                kilobytes = peak is null
                    ? kilobytes : int.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended.
            }

            await Task.Delay(2);
        }

        return (ticks / 100.0, kilobytes / 1024);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Laughs(string format) =>
        "a0: &a0 {x: y}\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: {string.Format(null, format, i, string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10)))}\n"));
}
