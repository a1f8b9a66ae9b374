namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class HookWritesTests
{
    [Theory]
    [InlineData("pre_deploy")]
    [InlineData("pre_service_up")]
    public async Task What_a_hook_writes_for_an_image_is_in_the_containers_of_the_same_deploy(string point)
    {
        await using var project = HookTests.New($$"""  {{point}}: [{ type: shell, host: true, run: "cp source app/copy" }]""");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        project.Replace("etc/stacks/compose.web.yml", "image: debian:bookworm", "build: ./app");
        project.Write("app/Dockerfile", "FROM debian:bookworm\nCOPY copy /copy\n");
        project.Write("source", "one");
        await project.ExpectAsync(0, "--target=Allow");
        await project.ExpectAsync(0, "--target=Deploy");

        project.Write("source", "two");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal("two", await TestProject.DockerAsync("run", "--rm", $"{project.Name}-web", "cat", "/copy"));
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
    }
}
