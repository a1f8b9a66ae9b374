using System.Security.Cryptography;
using System.Text;
using Harbor.Build.Hooks;
using Harbor.Compose;

namespace Harbor.Build.Deploy;

/// <summary>Over all that a Deploy is given and that no file's hash covers: what the descriptor says, what was selected, the variables.</summary>
internal static class Fingerprint
{
    /// <param name="key">Of the project: variables hold secrets, and the fingerprint is saved.</param>
    public static string Of(HarborContext context, byte[] key)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add("harbor", [typeof(ComposeTool).Module.ModuleVersionId.ToString()]);
        Add("project", [context.Stack.Descriptor.Name]);
        Add("descriptor", context.Stack.Descriptor.Files.SelectMany(file => (string[])[file, File.ReadAllText(Path.Combine(context.Paths.Root, file))]));
        Add("files", context.Source.Files);
        Add("services", context.Source.Selection.Services);
        var names = context.Merged.Compose.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        if (HookTasks.ForDestroy(context) is { } hooks)
        {
            Add("hooks", hooks.Hooks.Select(hook => hook.Path ?? hook.Name)); // Discovered ones stand in no file that is read above.
        }

        Add("variables", names.SelectMany(name => (string[])[name, context.Merged.Compose[name]]));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        // Lengths between the parts: no two lists read the same.
        void Add(string name, IEnumerable<string> parts)
        {
            foreach (var part in parts.Prepend(name))
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }

            hash.AppendData([0xff, 0xff, 0xff, 0xff]);
        }
    }
}
