namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class StepTests
{
    [Fact]
    public async Task A_step_whose_condition_does_not_hold_is_skipped_with_its_reason_and_one_for_another_service_is_passed_over()
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "echo web is here; touch /tmp/ok;");
        project.Replace("etc/harbor.yaml", "- { action: health }", """
            - { action: health, when: "${CHECK:-no}" }
                - { action: logs, target: [web], when: "${LEVEL}" }
                - { action: logs, target: [worker] }
            """);
        project.Replace("etc/harbor.yaml", "default: {", "only_web: { services: [web] }\n  default: {");

        var skipped = await project.ExpectAsync(0, "--target=Deploy", "--profile=only_web");
        var held = await project.ExpectAsync(0, "--target=Deploy", "--profile=only_web", "--set", "CHECK=yes");

        Assert.Contains("Skipped: 'when: ${CHECK:-no}' is false", skipped.Output);
        Assert.Contains("web | web is here", skipped.Output);
        Assert.DoesNotContain("worker |", skipped.Output);
        Assert.DoesNotContain("Skipped", held.Output);
        Assert.Equal(["web"], (await project.ContainersAsync()).Keys);
    }

    [Fact]
    public async Task A_failure_that_the_descriptor_tolerates_is_shown_and_does_not_fail_the_run()
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "");
        project.Replace("etc/harbor.yaml", "timeout: 60s }", "timeout: 3s, continueOnError: true }");
        project.Replace(
            "etc/harbor.yaml", "- { action: health }", "- { action: health, timeout: 1s, continueOnError: true }\n    - { action: logs }");

        var tolerated = await project.ExpectAsync(0, "--target=Deploy");
        project.Replace("etc/harbor.yaml", ", continueOnError: true }\n    - { action: logs }", " }");
        var failed = await project.ExpectAsync(1, "--target=Deploy");

        Assert.Matches("ComposeUp +Failed \\(ok\\)", tolerated.Output);
        Assert.Matches("Health +Failed \\(ok\\)", tolerated.Output);
        Assert.Matches("Logs +Executed", tolerated.Output);
        Assert.Matches("web +running +starting", tolerated.Output);
        Assert.Matches("Health +Failed", failed.Output);
    }

    [Fact]
    public async Task A_service_that_does_not_get_healthy_in_time_is_named_with_what_its_check_said()
    {
        await using var project = new TestProject();
        project.Replace(
            "etc/stacks/compose.web.yml", """["CMD", "test", "-f", "/tmp/ok"]""", """["CMD-SHELL", "echo the pump is dry; exit 1"]""");
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "echo pump started;");
        project.Replace("etc/harbor.yaml", "timeout: 60s", "timeout: 10s");

        var result = await project.ExpectAsync(1, "--target=Deploy");
        var all = result.Output + result.Error;

        Assert.Contains("10 s", all);
        Assert.Contains("the pump is dry", all);
        Assert.Contains("pump started", all);
        Assert.Matches("web +starting", all);
    }

    [Fact]
    public async Task An_override_beside_the_service_adds_its_engine_values_and_steps()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/harbor.yaml", """
            prepare:
              interpolation:
                engine: envsubst
                values: { extra: { COLOUR: teal, LEVEL: "9" } }
            post_deploy:
              steps:
                - { action: logs, target: web, tail: 1 }
            """);
        project.Write("stacks/web/templates/web.conf", "${GREETING} {{COLOUR}} ${COLOUR} ${LEVEL}\n");
        project.Write("stacks/worker/templates/worker.conf", "{{GREETING}} {{LEVEL}}\n");
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "echo first; echo $$(cat /config/web.conf); touch /tmp/ok;");

        var deployed = await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal("hello {{COLOUR}} teal 9\n", project.Read("var/run/web/config/web.conf"));
        Assert.Equal("hello 1\n", project.Read("var/run/worker/config/worker.conf"));
        var with = (await project.ExpectAsync(0, "--target=Deploy", "--tree")).Output;
        await project.ExpectAsync(0, "--target=Destroy");
        var without = (await project.ExpectAsync(0, "--target=Deploy", "--tree", "--services=worker", "--no-defaults")).Output;

        Assert.Contains("web | hello {{COLOUR}} teal 9", deployed.Output);
        Assert.DoesNotContain("web | first", deployed.Output);
        Assert.Contains("TailLogs", with);
        Assert.DoesNotContain("TailLogs", without);
    }

    [Fact]
    public async Task Deploying_one_service_keeps_those_that_are_deployed()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        var unchanged = await project.ExpectAsync(0, "--target=Deploy", "--services=worker", "--no-defaults");
        Assert.Contains("up to date", unchanged.Output);
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=2\n");
        await project.ExpectAsync(0, "--target=Deploy", "--services=worker", "--no-defaults");

        Assert.Equal(["init", "web", "worker"], (await project.ContainersAsync()).Keys.Order());
        Assert.Equal(["worker"], (await project.RecreatedAsync(before)).Where(service => service != "init"));
        await project.ExpectAsync(0, "--target=Destroy");
        await project.ExpectAsync(0, "--target=Deploy", "--services=worker", "--no-defaults");
        Assert.Equal(["worker"], (await project.ContainersAsync()).Keys);
    }

    [Fact]
    public async Task A_service_that_the_profile_no_longer_has_is_taken_away()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web, init]");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["init", "web"], (await project.ContainersAsync()).Keys.Order());
        Assert.DoesNotContain("web", await project.RecreatedAsync(before));
    }
}
