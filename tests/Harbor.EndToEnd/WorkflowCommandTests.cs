namespace Harbor.EndToEnd;

/// <summary>Where GitHub's runner reads the output and takes lines for commands.</summary>
public sealed class WorkflowCommandTests
{
    [Fact]
    public async Task The_runner_is_told_every_line_and_form_of_every_secret_before_anything_else_and_nobody_else_is()
    {
        await using var project = new TestProject();
        project.Write("etc/secrets.env", $"PASSWORD={TestProject.Secret}\nKEY='first 100%\n\nsecond line\nab'\nPIN=123\n",
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var plain = await project.ExpectAsync(0, "--target=Prepare");
        project.Environment["GITHUB_ACTIONS"] = "true";
        var told = await project.ExpectAsync(0, "--target=Prepare");
        var document = await project.ExpectAsync(0, "--target=Prepare", "--output", "json");

        Assert.DoesNotContain("add-mask", plain.Output + plain.Error);
        var lines = told.Output.Split('\n');
        var masks = lines.Where(line => line.StartsWith("::add-mask::", StringComparison.Ordinal))
            .Select(line => line["::add-mask::".Length..]).ToList();
        Assert.Superset(new HashSet<string> { TestProject.Secret, "first 100%25", "second line", "first%2520100%2525" }, masks.ToHashSet());
        Assert.DoesNotContain(masks, mask => mask.Length < 4);
        Assert.DoesNotContain(
            TestProject.Secret, string.Join('\n', lines.Where(line => !line.StartsWith("::add-mask::", StringComparison.Ordinal))));
        Assert.DoesNotContain("add-mask", document.Output);
        Assert.Contains($"::add-mask::{TestProject.Secret}\n", document.Error);
        Assert.Contains("PIN is shorter than 4 characters, so it is not masked in what Harbor prints.", plain.Error);
    }
}
