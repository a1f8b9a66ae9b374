using System.Text;

namespace Harbor.Tests.Descriptors;

public sealed class DescriptorFuzzTests
{
    private static readonly string[] Fragments =
        ["{", "}", "[", "]", ":", ": ", "- ", "? ", "&a ", "*a", "<<", "!!str ", "!x ", "|", ">",
            "\"", "'", "#", "\t", "\r", "\n", "\0", "---\n", "...", "%", "@", "\\", "\ufeff", "no", "~", "$", "${", "🐳"];

    [Theory]
    [InlineData("example.yaml", 2000)]
    [InlineData("good/everything.yaml", 500)]
    [InlineData("good/aliases.yaml", 500)]
    public void Whatever_happens_to_a_file_it_is_read_or_refused(string file, int rounds)
    {
        var original = File.ReadAllBytes(Path.Combine(DescriptorProject.Data, file));
        using var project = new DescriptorProject();
        var (random, read, refused) = (new Random(20250812), 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            project.Write("etc/harbor.yaml", Mutated(original, random));
            try
            {
                Assert.NotEmpty(project.Read().Profiles);
                read++;
            }
            catch (InvalidStackException e)
            {
                Assert.NotEmpty(e.Problems);
                Assert.All(e.Problems, problem => Assert.True(problem.File == "etc/harbor.yaml" && problem.Line >= 0, problem.ToString()));
                refused++;
            }
        }

        Assert.True(
            read > rounds / 100 && refused > rounds / 10, $"The mutations are too mild or too wild: {read} read, {refused} refused.");
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var count = random.Next(1, 4); count > 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }
}
