using System.Diagnostics;

namespace Harbor.Tests.Descriptors;

/// <summary>
/// Reads in this process: an abort takes the whole test run down, which is a failure that nobody overlooks. The bounds are loose, for slow
/// machines; each file takes under 0.3 s and 30 MB of allocations on an idle machine.
/// </summary>
public sealed class HostileYamlTests
{
    private const string Head = "version: 1\nprofiles: {default: {}}\n";

    private static readonly Dictionary<string, (string Text, string Expected)> Cases = new()
    {
        ["nested lists"] = (Repeat("[", 200_000), ":1:65: Nested deeper than 64 levels."),
        ["nested lists, a line each"] = (Repeat("[\n", 200_000), ":65:1: Nested deeper"),
        ["nested flow maps"] = (Repeat("{a: ", 20_000), "Nested deeper"),
        ["nested block lists"] = (Repeat("- ", 200_000), "Nested deeper"),
        ["nested complex keys"] = (Repeat("? ", 200_000), "Nested deeper"),
        ["nested block maps"] = (string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n")), "Nested deeper"),
        ["nested below a key"] = (Head + "deploy: " + Repeat("[", 100_000), "Nested deeper"),
        ["a billion laughs"] = (Laughs("&a{0} [{1}]"), "Aliases expand the file to more than 50,000 nodes."),
        ["a merge bomb"] = (Laughs("&a{0} {{<<: [{1}]}}"), "Merge keys ('<<') are not read"),
        ["a self-reference"] = ("a: &a {b: *a}", ":1:11: The alias '*a' is inside its own anchor."),
        ["a key that is itself"] = ("? &a [*a]\n: b", "inside its own anchor"),
        ["many aliases"] = ("- &a b\n" + Repeat("- *a\n", 150_000), "More than 100 aliases."),
        ["a 10 MB scalar"] =
        ("name: " + new string('x', 10_000_000), ": The file is 10,000,006 bytes long; a descriptor may have 1,048,576."),
        ["a 1 MB scalar"] = ("name: " + new string('x', 1_000_000), ":1:7: A text of 1,000,000 characters"),
        ["a 1 MB quoted scalar"] = ("name: \"" + new string('x', 1_000_000) + "\"", "A text of 1,000,000 characters"),
        ["a 1 MB quoted scalar without an end"] = ("name: \"" + new string('x', 1_000_000), "Not valid YAML"),
        ["a 1 MB key"] = (new string('x', 1_000_000) + ": 1", "A text of 1,000,000 characters"),
        ["a version beyond numbers"] = ("%YAML 99999999999999999999.1\n--- a", "Not valid YAML"),
        ["a character beyond Unicode"] = ("name: \"\\Uffffffff\"", "Not valid YAML"),
        ["a 1 MB anchor"] = ("&" + new string('x', 1_000_000) + " a", "is the text 'a'"),
        ["a 1 MB tag"] = ("!<" + new string('x', 900_000) + "> a", "The tag 'xxx"),
        ["many items"] = ("a: [" + Repeat("a,", 400_000) + "]", "more than 50,000 YAML events"),
        ["many wrong items"] = (Head + "deploy: {steps: [" + Repeat("1,", 40_000) + "]}", "further problems are not shown."),
        ["many unknown keys"] = (string.Concat(Enumerable.Range(0, 24_000).Select(i => $"k{i}: v\n")), "further problems are not shown."),
        ["one key many times"] = (Repeat("a: 1\n", 24_000), "appears twice in this map"),
        ["many documents"] = (Repeat("---\n", 200_000), "A second document begins here"),
        ["many directives"] = (string.Concat(Enumerable.Range(0, 60_000).Select(i => $"%TAG !{i}! x:\n")) + "--- a", "is the text 'a'"),
        ["only spaces"] = (new string(' ', 1_000_000), "The file is empty."),
        ["only line ends"] = (new string('\n', 1_000_000), "The file is empty."),
        ["only dashes"] = (new string('-', 1_000_000), "A text of 1,000,000 characters"),
        ["many escapes"] = ("name: \"" + Repeat("\\u0041", 150_000) + "\"", "A text of 150,000 characters"),
        ["half a surrogate pair"] = (Head + "name: \"\\ud83d\"", "Not valid YAML"),
        ["a control picture of a terminal"] = (Head + "\"\\e]0;pwned\\a\": 1", "Unknown key '\\u001b]0;pwned\\u0007'"),
        ["a NUL"] = (Head + "\0", "The control character U+0000"),
        ["a type tag"] = ("!!System.Diagnostics.Process {a: b}", "The tag '!!System.Diagnostics.Process' is not read"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_file_is_refused_clearly_quickly_and_in_little_memory(string name)
    {
        var (text, expected) = Cases[name];
        using var project = new DescriptorProject(text);
        var (allocated, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());

        var problems = project.Problems();

        var (megabytes, elapsed) = ((GC.GetAllocatedBytesForCurrentThread() - allocated) / (1024 * 1024), clock.Elapsed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{elapsed.TotalMilliseconds:N0} ms, {megabytes} MB");
        Assert.Contains(expected, problems, StringComparison.Ordinal);
        Assert.True(problems.Length < 30_000, $"The message is {problems.Length:N0} characters long.");
        Assert.True(elapsed < TimeSpan.FromSeconds(15), $"It took {elapsed}.");
        Assert.True(megabytes < 200, $"It took {megabytes} MB.");
    }

    [Fact]
    public void A_pipe_or_a_device_is_not_waited_for()
    {
        using var project = new DescriptorProject();
        Directory.CreateDirectory(Path.GetDirectoryName(project.Paths.Descriptor)!);
        File.CreateSymbolicLink(project.Paths.Descriptor, "/dev/zero");

        Assert.Equal("etc/harbor.yaml:1:1: The file is empty.", project.Problems());
    }

    [Fact]
    public void A_link_to_a_descriptor_is_followed()
    {
        using var project = new DescriptorProject();
        project.Write("elsewhere.yaml", Head).Write("etc/readme", "");
        File.CreateSymbolicLink(project.Paths.Descriptor, "../elsewhere.yaml");

        Assert.Single(project.Read().Profiles);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Laughs(string format) =>
        "a0: &a0 {x: y}\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: {string.Format(null, format, i, string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10)))}\n"));
}
