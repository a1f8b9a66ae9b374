using System.Security.Cryptography;
using System.Text;

namespace Harbor.Optimization.Prompts;

public sealed class PromptVectorTests
{
    [Fact]
    public void Prompts_are_rendered_as_upstream_renders_them()
    {
        Assert.All(Data.Load("prompt_vectors.json").GetProperty("render").EnumerateArray(), vector => Assert.Equal(
            vector.GetProperty("text").GetString(),
            new ReflectionTemplate(vector.GetProperty("template").GetString()!).Render(
                vector.GetProperty("current").GetString()!,
                [.. vector.GetProperty("samples").EnumerateArray().Select(sample => (SideInfo.Map)SideInfoJson.Read(sample))])));
    }

    [Fact]
    public void Texts_are_taken_out_of_answers_as_upstream_takes_them()
    {
        Assert.All(Data.Load("prompt_vectors.json").GetProperty("extract").EnumerateArray(), vector =>
            Assert.Equal(vector.GetProperty("text").GetString(), AnswerText.Extract(vector.GetProperty("output").GetString()!)));
    }

    [Fact]
    public void A_template_without_a_placeholder_is_refused_with_its_name()
    {
        Assert.All(Data.Load("prompt_vectors.json").GetProperty("templates").EnumerateArray(), vector =>
        {
            var text = vector.GetProperty("template").GetString()!;
            string[] missing = [.. vector.GetProperty("missing").EnumerateArray().Select(name => name.GetString()!)];
            Assert.Equal(missing, ReflectionTemplate.Missing(text));
            if (missing.Length > 0)
            {
                Assert.Contains(missing[0], Assert.Throws<ArgumentException>(() => new ReflectionTemplate(text)).Message,
                    StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void The_default_template_is_upstreams()
    {
        Assert.Equal(942, ReflectionTemplate.Default.Text.Length);
        Assert.Equal(
            "c8125637a50786c335d73d2f0ac78b5463059d46a75843dae74576ddb8b28c80",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ReflectionTemplate.Default.Text))));
    }
}
