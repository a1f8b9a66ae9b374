using Harbor.Environments;
using Harbor.Files;
using Harbor.Setup;

namespace Harbor.Stacks.Checks;

/// <summary>Finds lines of dotenv files that mean something else than they seem to. No message has a value.</summary>
public static class DotenvChecks
{
    /// <param name="sources">Of the descriptor; none if it can't be read.</param>
    public static IEnumerable<Diagnosis> Run(ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources)
    {
        var files = sources.Where(source => source is { File: not null, Kind: not LayerKind.Sops }).Select(source => source.File!)
            .Distinct().ToList();
        var found = files.SelectMany(file => InFile(paths, file)).ToList();
        if (File.Exists(Path.Combine(paths.Root, ".env")) && !files.Contains(".env"))
        {
            found.Add(Diagnosis.Warning(
                "env", ".env is there, but no layer reads it.",
                "add { type: dotenv, file: .env } to prepare.env.sources in etc/harbor.yaml, or remove the file"));
        }

        return found.Count > 0 ? found : [Diagnosis.Ok("env", "no trap in the files of variables")];
    }

    private static IEnumerable<Diagnosis> InFile(ProjectPaths paths, string file)
    {
        var path = Path.GetFullPath(file, paths.Root);
        if (!File.Exists(path))
        {
            return [];
        }

        byte[] bytes;
        try
        {
            bytes = BoundedFile.Read(path, DotenvFile.MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Diagnosis.Error("env", $"{file} can't be read: {e.Message}", $"chmod u+r {file}")];
        }

        var parsed = DotenvFile.Parse(bytes, file);
        return
        [
            .. parsed.Problems.Select(problem => Diagnosis.Error("env", problem.ToString(), "correct the line")),
            .. Traps(file, parsed.Entries),
            .. bytes.AsSpan().IndexOf("\r\n"u8) >= 0 ? [Diagnosis.Warning(
                "env", $"{file} has Windows line ends; a shell that reads it takes them for part of the values.",
                $"sed -i 's/\\r$//' {file}")]
                : (Diagnosis[])[],
        ];
    }

    private static IEnumerable<Diagnosis> Traps(string file, IReadOnlyList<DotenvEntry> entries)
    {
        foreach (var twice in entries.GroupBy(entry => entry.Name).Where(same => same.Count() > 1))
        {
            var others = string.Join(", ", twice.SkipLast(1).Select(entry => entry.Line));
            yield return Diagnosis.Warning(
                "env", $"{file}:{twice.Last().Line}: {twice.Key} is set in line {others}, too; the last line counts.", "remove the other");
        }

        foreach (var entry in entries)
        {
            if (entry is { Text: null })
            {
                yield return Diagnosis.Warning(
                    "env", $"{file}:{entry.Line}: {entry.Name} has no '=', so it has no value here.", $"write {entry.Name}=VALUE");
            }
            else if (entry.Quoting != DotenvQuoting.SingleQuoted && HasBareDollar(entry.Text))
            {
                yield return Diagnosis.Warning(
                    "env", $"{file}:{entry.Line}: $ in the value of {entry.Name} begins the name of a variable that the file does not set.",
                    "put the value into single quotes");
            }
            else if (file == ".env" && VariableNames.Replacement(entry.Name) is { } instead)
            {
                yield return Diagnosis.Warning("env", $"{file}:{entry.Line}: {entry.Name} has no effect with a descriptor.", instead);
            }
        }

        bool HasBareDollar(string text)
        {
            var at = text.IndexOf('$');
            return at >= 0 && at + 1 < text.Length && Interpolation.IsNameStart(text[at + 1])
                && entries.All(other => !text.AsSpan(at + 1).StartsWith(other.Name));
        }
    }
}
