using System.Text;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// Text that a shell would run stays text, wherever it comes from and goes: were it run once, it would leave a file called canary behind.
/// </summary>
public sealed class InjectionTests
{
    private const int Values = 40;

    private static readonly string[] Fragments =
    [
        "$(touch canary)", "`touch canary`", ";touch canary;", "\ntouch canary\n", "|touch canary|",
        "&touch canary&", "&& touch canary ||", ">canary", "<(touch canary)", "${IFS}touch${IFS}canary",
        "'", "\"", "\\", "\\'", "\\\"", "--", "-rf", "--env-file=/etc/passwd", "$HOME", "${HOME}", "${UNSET:?touch canary}",
        "$$", "%n", "%s", "!", "!!", "*", "~", "#", "{{", "}}", "{{touch}}", "\t", "\r", " ", "=", ",", ":", "\e[2K", "ä", "🐳", "a",
    ];

    [Fact]
    [Trait("Category", "Engine")]
    public async Task In_a_value_it_comes_as_it_is_to_templates_hooks_Compose_and_containers_also_in_a_folder_whose_name_is_such_text()
    {
        var values = Nasty(new Random(20261121)).ToList(); // The same in every run; with others it was tried by hand.
        await using var project = new TestProject("a $(touch canary) `touch canary` ;touch canary; 'b' \"c\" & -d");
        project.Environment["XDG_DATA_HOME"] = Path.Combine(project.Root, "../data");
        var names = values.Select((_, i) => $"V{i}").ToList();
        foreach (var (name, value) in names.Zip(values))
        {
            project.Environment[$"HARBOR_ENV_{name}"] = value;
        }

        var print = $"printf '%s\\\\0' {string.Concat(names.Select(name => $"\\\"${name}\\\" "))}";
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        project.Write("etc/harbor.yaml", $$"""
            {{project.Read("etc/harbor.yaml")}}
            hooks:
              post_prepare:
                - { type: shell, host: true, run: "{{print}}>host" }
                - { type: shell, name: inside, run: "{{print}}>var/run/inside" }
            runner: { image: "debian:bookworm" }
            """);
        project.Write("stacks/web/templates/values.envsubst", string.Concat(names.Select(name => $"${{{name}}}\n-\n")));
        project.Replace("etc/stacks/compose.web.yml", "init: true",
            $"init: true\n    environment: {{ {string.Join(", ", names.Select(name => $"{name}: \"${{{name}}}\""))} }}");
        await project.ExpectAsync(0, "--target=Allow");

        await project.ExpectAsync(0, "--target=Deploy");

        var expected = string.Concat(values.Select(value => value + '\0'));
        Assert.Equal(expected, project.Read("host"));
        Assert.Equal(expected, project.Read("var/run/inside"));
        Assert.Equal(string.Concat(values.Select(value => value + "\n-\n")), project.Read("var/run/web/config/values"));
        var container = (await project.ContainersAsync())["web"];
        var given = (await TestProject.DockerAsync("exec", container, "cat", "/proc/1/environ")).Split('\0');
        Assert.Equal(values,
            names.Select(name => given.Single(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..]));
        await project.ExpectAsync(0, "--target=Destroy");
        AssertNoCanary(project);
    }

    [Theory]
    [InlineData("--profile=")]
    [InlineData("--site=")]
    [InlineData("--services=")]
    [InlineData("--options=")]
    [InlineData("--capabilities=")]
    [InlineData("--set=V=")]
    [InlineData("--set=")]
    [InlineData("--target=")]
    public async Task On_the_command_line_it_is_a_name_or_a_value(string option)
    {
        await using var project = new TestProject();
        foreach (var text in Fragments.Take(10))
        {
            var result = await project.HarborAsync("--target=Prepare", option + text);
            Assert.True(result.ExitCode is 0 or 2, $"{option}{text}: {result.ExitCode}\n{result.Error}");
        }

        AssertNoCanary(project);
    }

    /// <summary>The one way to start a process: what goes in comes out, as arguments and in the environment.</summary>
    [Fact]
    public async Task Programs_get_it_as_it_is_in_arguments_and_environment()
    {
        var folder = Directory.CreateTempSubdirectory("harbor-injection-").FullName;
        for (var round = 0; round < 20; round++)
        {
            var values = Nasty(new Random(round)).ToList();
            var environment = TestScope.New().ChildVariables();
            foreach (var (index, value) in values.Index())
            {
                environment[$"V{index}"] = value;
            }

            var command =
                new Command(TestScope.New(), "sh", ["-c", "printf '%s\\0' \"$@\"; env -0", "sh", .. values])
                {
                    WorkingDirectory = folder,
                    Environment = environment
                };
            var output = (await command.RunAsync(CancellationToken.None)).Output.Split('\0');

            Assert.Equal(values, output.Take(values.Count));
            Assert.All(values.Index(), value => Assert.Contains($"V{value.Index}={value.Item}", output));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    private static IEnumerable<string> Nasty(Random random)
    {
        for (var i = 0; i < Values; i++)
        {
            var text = new StringBuilder();
            for (var parts = random.Next(1, 6); parts > 0; parts--)
            {
                text.Append(Fragments[random.Next(Fragments.Length)]);
            }

            yield return text.ToString();
        }
    }

    private static void AssertNoCanary(TestProject project)
    {
        var folders = (string[])[project.Root, Repository.Root, AppContext.BaseDirectory, Directory.GetCurrentDirectory()];
        Assert.All(folders, folder => Assert.Empty(Directory.EnumerateFiles(folder, "canary*")));
        Assert.Empty(Directory.EnumerateFiles(project.Root, "canary*", SearchOption.AllDirectories));
    }
}
