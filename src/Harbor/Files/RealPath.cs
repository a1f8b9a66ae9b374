namespace Harbor.Files;

/// <summary>One name for a file or folder that links may give several.</summary>
public static class RealPath
{
    /// <summary>The absolute path with the links in every part of it followed, as far as it exists.</summary>
    public static string Find(string path)
    {
        var real = "/";
        var left = new Stack<string>(path.Split('/').Reverse());
        for (var links = 0; left.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? "/" : Path.Combine(real, part);
            if (part is "" or ".")
            {
                continue;
            }

            if (FileKinds.Read(next) != FileKind.Link || ++links > 40)
            {
                real = next;
                continue;
            }

            var target = new FileInfo(next).LinkTarget ?? "";
            real = target.StartsWith('/') ? "/" : real;
            foreach (var step in target.Split('/').Reverse())
            {
                left.Push(step);
            }
        }

        return real;
    }
}
