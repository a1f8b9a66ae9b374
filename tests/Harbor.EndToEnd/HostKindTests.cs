namespace Harbor.EndToEnd;

/// <summary>The native host and the one on .NET do the same. All other tests here run against the native one where it compiles.</summary>
[Trait("Category", "Engine")]
public sealed class HostKindTests
{
    [Theory]
    [InlineData("on", "off")]
    [InlineData("off", "on")]
    public async Task A_Deploy_by_one_kind_of_host_is_up_to_date_for_the_other(string one, string other)
    {
        await using var project = new TestProject();
        project.Environment["HARBOR_NATIVE"] = one;
        var source = (await project.ExpectAsync(0, "--target=Source", "--output=json")).Output;
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        project.Environment["HARBOR_NATIVE"] = other;
        var deployed = (await project.ExpectAsync(0, "--target=Deploy")).Output;

        Assert.Contains("up to date", deployed);
        Assert.Empty(await project.RecreatedAsync(before));
        Assert.Equal(source, (await project.ExpectAsync(0, "--target=Source", "--output=json")).Output);
    }

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task Each_kind_of_host_runs_a_routine_with_the_SDK_of_this_machine(string native)
    {
        await using var project = new TestProject();
        project.Environment["HARBOR_NATIVE"] = native;
        project.Write("check.cs", """Console.WriteLine($"routine in {Environment.GetEnvironmentVariable("HARBOR_ROOT")}");""");
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + """

            hooks:
              pre_prepare: [{ type: routine, path: check.cs, timeout: 3m }]
            """);

        Assert.Contains("routine in /work\n", (await project.ExpectAsync(0, "--target=Prepare")).Output);
    }
}
