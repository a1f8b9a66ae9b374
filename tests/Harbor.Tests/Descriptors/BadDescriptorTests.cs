namespace Harbor.Tests.Descriptors;

public sealed class BadDescriptorTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(DescriptorProject.Data, "*.yaml", SearchOption.AllDirectories)
            .Where(file => file.Contains("bad", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(DescriptorProject.Data, file)).Order(StringComparer.Ordinal)];

    /// <summary>What is expected of <c>bad/x.yaml</c> is in <c>bad/x.txt</c>.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_file_is_refused_with_all_its_problems_in_these_words(string file)
    {
        var path = Path.Combine(DescriptorProject.Data, file);
        using var project = new DescriptorProject().Write("etc/harbor.yaml", File.ReadAllBytes(path));

        var problems = project.Problems().Replace("etc/harbor.yaml:", "", StringComparison.Ordinal) + "\n";

        Assert.Equal(File.ReadAllText(Path.ChangeExtension(path, "txt")), problems);
    }
}
