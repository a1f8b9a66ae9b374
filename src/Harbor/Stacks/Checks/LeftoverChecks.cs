using Harbor.Files;
using Harbor.Runs;
using Harbor.Setup;
using Harbor.State;

namespace Harbor.Stacks.Checks;

/// <summary>Finds what earlier runs left.</summary>
public static class LeftoverChecks
{
    public static IEnumerable<Diagnosis> Run(ProjectPaths paths)
    {
        var found = new List<Diagnosis>();
        var record = RunRecord.Read(paths);
        if (record is { MayBeAlive: false })
        {
            found.Add(Diagnosis.Warning(
                "state", $"The run {record.Id} ({record.Target}) was killed.", "the next deploy or destroy ends and repairs what it left"));
        }
        else if (record is not null)
        {
            found.Add(Diagnosis.Ok("state", $"{record.Target} is at work here now (pid {record.Pid})"));
        }

        try
        {
            if (DeployedStack.File(paths).Read() is { IsFinished: false } deployed && record is not { MayBeAlive: true })
            {
                found.Add(Diagnosis.Warning(
                    "state", $"The last Deploy of '{deployed.Project}' did not finish.", "deploy again, or destroy"));
            }
        }
        catch (HarborException e)
        {
            found.Add(Diagnosis.Error("state", e.Message, "see the message"));
        }

        var left = record is { MayBeAlive: true } || !Directory.Exists(paths.Var) ? []
            : Directory.EnumerateFiles(paths.Var, "*.tmp", SearchOption.AllDirectories).Where(AtomicFile.IsTemporary).ToList();
        if (left.Count > 0)
        {
            found.Add(Diagnosis.Warning("state", $"{left.Count} temporary files of killed runs are in var.", "--fix removes them") with
            {
                Fix = () => left.ForEach(File.Delete),
            });
        }

        return found.Count > 0 ? found : [Diagnosis.Ok("state", "nothing is left of earlier runs")];
    }
}
