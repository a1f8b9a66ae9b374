using System.Text.Unicode;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

internal sealed partial class OpenFile
{
    /// <summary>Changes or adds one value. The maps on its path must exist.</summary>
    /// <exception cref="InvalidStackException">The path does not exist, or the format can't store the value.</exception>
    public void Set(IReadOnlyList<object> path, byte[] text)
    {
        if (File.Store == BinaryStore.Instance)
        {
            throw Faults.Create(File.Name, 0, "is a binary file, which has no keys. Use SecretsEdit.");
        }

        if (File.Store != DotenvStore.Instance && !Utf8.IsValid(text))
        {
            throw Faults.Create(File.Name, 0, "the value is not UTF-8: store it in a separate file, encrypted as binary.");
        }

        var value = new SopsScalar(new(SopsType.Str, text));
        SopsNode node = Tree.Documents[0];
        for (var i = 0; i < path.Count; i++)
        {
            var isLast = i == path.Count - 1;
            node = (node, path[i]) switch
            {
                (SopsMap map, string key) when isLast => Put(map, key, value),
                (SopsMap map, string key) when map[key] is { } child => child,
                (SopsList list, int index) when isLast && Place(list, index) is { } place => Put(list, place, value),
                (SopsList list, int index) when Place(list, index) is { } place && place < list.Items.Count => list.Items[place],
                _ => throw Faults.Create(File.Name, node.Line,
                $"{Excerpt.Of(path[i].ToString()!)} does not exist here, but the maps and lists on a value's path must exist."),
            };
        }
    }

    private SopsScalar Put(SopsMap map, string key, SopsScalar value)
    {
        if (key == JsonStore.MetadataKey && map == Tree.Documents[0])
        {
            throw Faults.Create(File.Name, 0, "'sops' is reserved for the file's metadata.");
        }

        if (File.Store == DotenvStore.Instance && DotenvStore.Refusal(key) is { } refusal)
        {
            throw Faults.Create(File.Name, 0, refusal);
        }

        var at = map.Entries.FindAll(entry => entry.Key == key);
        if (at.Count > 1)
        {
            throw Faults.Create(File.Name, at[1].Node.Line, $"{Excerpt.Of(key)} appears twice: remove one with SecretsEdit.");
        }

        if (at is [{ Node: not SopsScalar }])
        {
            throw Faults.Create(File.Name, at[0].Node.Line, $"{Excerpt.Of(key)} is a map or a list: name one of its values.");
        }

        if (at.Count == 1)
        {
            map.Entries[map.Entries.IndexOf(at[0])] = new(key, value);
        }
        else
        {
            map.Add(key, value);
        }

        return value;
    }

    /// <summary>Comments are among the items but have no index. The index after the last item means the end.</summary>
    private static int? Place(SopsList list, int index)
    {
        for (var place = 0; place < list.Items.Count; place++)
        {
            if (list.Items[place] is not SopsScalar { Value.Type: SopsType.Comment } && index-- == 0)
            {
                return place;
            }
        }

        return index == 0 ? list.Items.Count : null;
    }

    private SopsScalar Put(SopsList list, int index, SopsScalar value)
    {
        if (index == list.Items.Count)
        {
            list.Items.Add(value);
        }
        else if (list.Items[index] is SopsScalar)
        {
            list.Items[index] = value;
        }
        else
        {
            throw Faults.Create(File.Name, list.Items[index].Line, "is a map or a list: name one of its values.");
        }

        return value;
    }
}
